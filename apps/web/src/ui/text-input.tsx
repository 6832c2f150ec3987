import type {
  InputHTMLAttributes,
  ReactNode,
  Ref,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from "react";
import { classNames } from "./class-names.ts";
import css from "./field.module.css";
import { useField } from "./field.tsx";
import { Icon } from "./icon.tsx";

/** One line of text; within a `Field`, or with an `aria-label`. */
export function TextInput({
  className,
  type = "text",
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { readonly ref?: Ref<HTMLInputElement> }): ReactNode {
  return (
    <input
      {...useField()}
      type={type}
      className={classNames(css["control"], className)}
      {...rest}
    />
  );
}

/** Several lines; grows with what is in it. */
export function TextArea({
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & {
  readonly ref?: Ref<HTMLTextAreaElement>;
}): ReactNode {
  return (
    <textarea
      {...useField()}
      className={classNames(css["control"], css["area"], className)}
      {...rest}
    />
  );
}

/** One of several: `<Select><option value="a">A</option></Select>`. */
export function Select({
  className,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { readonly ref?: Ref<HTMLSelectElement> }): ReactNode {
  return (
    <span className={css["selectBox"]}>
      <select
        {...useField()}
        className={classNames(css["control"], css["select"], className)}
        {...rest}
      />
      <Icon name="chevron-down" size="s" />
    </span>
  );
}
