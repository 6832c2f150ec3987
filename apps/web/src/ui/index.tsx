import "./base.css";

export { Answered, type Asked } from "./answered.tsx";
export { Avatar } from "./avatar.tsx";
export { Badge, type Tone } from "./badge.tsx";
export { Button, type ButtonLook, type ButtonProps, buttonClass, IconButton } from "./button.tsx";
export { Card, PageHeader } from "./card.tsx";
export { Checkbox, RadioGroup, type RadioOption, Switch } from "./choices.tsx";
export { classNames } from "./class-names.ts";
export { CopyField } from "./copy-field.tsx";
export { ConfirmDialog, Dialog, type DialogProps } from "./dialog.tsx";
export { Field, type FieldProps } from "./field.tsx";
export { Icon } from "./icon.tsx";
export type { IconName } from "./icon-paths.ts";
export { Menu, MenuChoice, MenuItem, MenuLink, MenuSection } from "./menu.tsx";
export { More } from "./more.tsx";
export { Loading, Progress, Skeleton } from "./progress.tsx";
export { EmptyState, ErrorState, Notice, Refusal } from "./states.tsx";
export { type Column, Table } from "./table.tsx";
export { type Tab, Tabs } from "./tabs.tsx";
export { Select, TextArea, TextInput } from "./text-input.tsx";
export { formatTimeCode } from "./time-code.ts";
export { TimeCodeInput } from "./time-code-input.tsx";
export { ToastRegion, type ToastTone, useToast } from "./toast.tsx";
export { type UiTexts, UiTextsProvider, useUiTexts } from "./ui-texts.tsx";
export {
  Still,
  VideoCard,
  type VideoCardProps,
  VideoGrid,
  VideoGridSkeleton,
} from "./video-card.tsx";
