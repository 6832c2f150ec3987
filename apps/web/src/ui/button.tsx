import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import css from "./button.module.css";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import type { IconName } from "./icon-paths.ts";

export type ButtonLook = {
  /** `primary`: the one thing to do here; `quiet`: without an edge; `danger`: what cannot be taken back. */
  readonly variant?: "primary" | "secondary" | "quiet" | "danger";
  readonly size?: "m" | "s";
};

/** The look of a button, for links that stand among buttons. */
export const buttonClass = (look: ButtonLook = {}): string =>
  classNames(css["button"], css[look.variant ?? "secondary"], look.size === "s" && css["small"]);

export type ButtonProps = ButtonLook &
  ButtonHTMLAttributes<HTMLButtonElement> & {
    readonly icon?: IconName;
    /** Under way: it stays where it is, keeps the focus and takes no second press. */
    readonly busy?: boolean;
    readonly ref?: Ref<HTMLButtonElement>;
  };

export function Button({
  variant,
  size,
  icon,
  busy = false,
  className,
  children,
  onClick,
  type = "button",
  ...rest
}: ButtonProps): ReactNode {
  const look: ButtonLook = { variant: variant ?? "secondary", size: size ?? "m" };
  return (
    <button
      // oxlint-disable-next-line react/button-has-type -- it has: a button, where nothing else is said
      type={type}
      className={classNames(buttonClass(look), className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {busy ? <span className={css["spinner"]} aria-hidden="true" /> : null}
      {icon !== undefined && !busy ? <Icon name={icon} size={size === "s" ? "s" : "m"} /> : null}
      {children}
    </button>
  );
}

/** A button with a picture alone; `label` says what it does, also on hover. */
export function IconButton({
  label,
  icon,
  variant = "quiet",
  className,
  ...rest
}: Omit<ButtonProps, "children"> & { readonly label: string; readonly icon: IconName }): ReactNode {
  return (
    <Button
      variant={variant}
      icon={icon}
      aria-label={label}
      title={label}
      className={classNames(css["square"], className)}
      {...rest}
    />
  );
}
