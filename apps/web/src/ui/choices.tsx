import { type InputHTMLAttributes, type ReactNode, useId } from "react";
import { classNames } from "./class-names.ts";
import css from "./field.module.css";
import { FieldError } from "./field.tsx";

type CheckProps = Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "id"> & {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
};

function Check({
  label,
  hint,
  kind,
  ...rest
}: CheckProps & { readonly kind: "checkbox" | "radio" | "switch" }): ReactNode {
  const id = useId();
  return (
    <div className={css["check"]}>
      <input
        id={id}
        type={kind === "radio" ? "radio" : "checkbox"}
        role={kind === "switch" ? "switch" : undefined}
        className={kind === "switch" ? css["switch"] : undefined}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        {...rest}
      />
      <label htmlFor={id}>{label}</label>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={css["hint"]}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** Yes or no, for a form that is sent later. */
export const Checkbox = (props: CheckProps): ReactNode => <Check kind="checkbox" {...props} />;

/** On or off, at once. */
export const Switch = (props: CheckProps): ReactNode => <Check kind="switch" {...props} />;

export type RadioOption<Value extends string> = {
  readonly value: Value;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly disabled?: boolean;
};

/** One of a few, all of them in sight. */
export function RadioGroup<Value extends string>({
  legend,
  options,
  value,
  onChange,
  cards = false,
  error,
}: {
  readonly legend: ReactNode;
  readonly options: readonly RadioOption<Value>[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value) => void;
  /** Each option in a box of its own, side by side where there is room. */
  readonly cards?: boolean;
  readonly error?: string | undefined;
}): ReactNode {
  const name = useId();
  return (
    <fieldset aria-describedby={error === undefined ? undefined : `${name}-error`}>
      <legend className={css["legend"]}>{legend}</legend>
      <div className={classNames(css["options"], cards && css["cards"])}>
        {options.map((option) => (
          <Check
            key={option.value}
            kind="radio"
            name={name}
            value={option.value}
            label={option.label}
            hint={option.hint}
            disabled={option.disabled}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
        ))}
      </div>
      <FieldError id={`${name}-error`} error={error} />
    </fieldset>
  );
}
