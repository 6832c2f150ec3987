import {
  type ButtonHTMLAttributes,
  createContext,
  type KeyboardEvent,
  type ReactNode,
  use,
  useCallback,
  useId,
  useRef,
  useState,
} from "react";
import { type ButtonLook, buttonClass } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";
import css from "./menu.module.css";

const quiet: ButtonLook = { variant: "quiet" };
const CloseContext = createContext<() => void>(() => undefined);

const itemsOf = (menu: HTMLElement): HTMLElement[] => [
  ...menu.querySelectorAll<HTMLElement>('[role^="menuitem"]:not(:disabled)'),
];

const moves: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowDown: (at, count) => (at + 1) % count,
  ArrowUp: (at, count) => (at - 1 + count) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const items = itemsOf(event.currentTarget);
  const at = items.findIndex((item) => item === document.activeElement);
  const move = moves[event.key];
  if (move === undefined || items.length === 0) return;
  event.preventDefault();
  items[move(at, items.length)]?.focus();
}

/**
 * A button that opens a menu beside it (a native popover: closes on Escape and on a press elsewhere).
 * Its children are `MenuItem`, `MenuLink`, `MenuChoice`, `MenuSection`.
 */
export function Menu({
  label,
  button,
  look = quiet,
  align = "end",
  className,
  children,
}: {
  /** What the button and the menu are called. */
  readonly label: string;
  /** What the button shows, where that is not its label. */
  readonly button?: ReactNode;
  readonly look?: ButtonLook;
  readonly align?: "start" | "end";
  readonly className?: string | undefined;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = useCallback(() => menu.current?.hidePopover(), []);
  return (
    <>
      <button
        type="button"
        className={classNames(buttonClass(look), className)}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={button === undefined ? undefined : label}
        popoverTarget={id}
        style={{ anchorName: `--menu-${CSS.escape(id)}` }}
      >
        {button ?? label}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={classNames(css["menu"], css[align])}
        style={{ positionAnchor: `--menu-${CSS.escape(id)}` }}
        onKeyDown={moveFocus}
        onToggle={(event) => {
          const opened = event.newState === "open";
          setOpen(opened);
          if (opened) itemsOf(event.currentTarget)[0]?.focus();
        }}
      >
        <CloseContext value={close}>{children}</CloseContext>
      </div>
    </>
  );
}

type ItemProps = { readonly icon?: IconName; readonly children: ReactNode };

/** Something to do. */
export function MenuItem({
  icon,
  children,
  danger = false,
  onClick,
  ...rest
}: ItemProps & { readonly danger?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>): ReactNode {
  const close = use(CloseContext);
  return (
    <button
      type="button"
      role="menuitem"
      className={classNames(css["item"], danger && css["danger"])}
      onClick={(event) => {
        close();
        onClick?.(event);
      }}
      {...rest}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </button>
  );
}

/** Somewhere to go. */
export function MenuLink({
  icon,
  href,
  children,
}: ItemProps & { readonly href: string }): ReactNode {
  const close = use(CloseContext);
  return (
    <a role="menuitem" href={href} className={css["item"]} onClick={close}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children}
    </a>
  );
}

/** One of several; the menu stays open. */
export function MenuChoice({
  chosen,
  onChoose,
  children,
}: {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <button
      type="button"
      role="menuitemradio"
      aria-checked={chosen}
      className={css["item"]}
      onClick={onChoose}
    >
      <span className={css["tick"]}>{chosen ? <Icon name="check" size="s" /> : null}</span>
      {children}
    </button>
  );
}

/** A part of a menu, set apart, under a name if it has one. */
export function MenuSection({
  label,
  children,
}: {
  readonly label?: string;
  readonly children: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <div
      role="group"
      aria-labelledby={label === undefined ? undefined : id}
      className={css["section"]}
    >
      {label === undefined ? null : (
        <p id={id} className={css["sectionName"]}>
          {label}
        </p>
      )}
      {children}
    </div>
  );
}
