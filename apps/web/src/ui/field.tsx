import { createContext, type ReactNode, use, useId, useMemo } from "react";
import { classNames } from "./class-names.ts";
import css from "./field.module.css";
import { Icon } from "./icon.tsx";
import { useUiTexts } from "./ui-texts.tsx";

type FieldLink = {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
  readonly required: boolean | undefined;
};

const FieldContext = createContext<FieldLink | undefined>(undefined);

/** What ties a control to its label, hint and error: spread onto the control. Empty outside a field. */
export function useField(): Partial<FieldLink> {
  return use(FieldContext) ?? {};
}

export type FieldProps = {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  /** What is wrong with the value; undefined: nothing. */
  readonly error?: string | undefined;
  readonly required?: boolean;
  /** Says "optional" beside the label. */
  readonly optional?: boolean;
  /** Leaves the label to those who listen. */
  readonly hideLabel?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
};

/** One control with its label, hint and error. */
export function Field(props: FieldProps): ReactNode {
  const id = useId();
  const texts = useUiTexts();
  const { label, hint, error, required, optional = false, hideLabel = false, children } = props;
  const described = [
    hint === undefined ? "" : `${id}-hint`,
    error === undefined ? "" : `${id}-error`,
  ]
    .filter((one) => one !== "")
    .join(" ");
  const wrong = error !== undefined;
  const link = useMemo<FieldLink>(
    () => ({
      id,
      "aria-describedby": described === "" ? undefined : described,
      "aria-invalid": wrong || undefined,
      required,
    }),
    [id, described, wrong, required],
  );
  return (
    <div className={classNames(css["field"], props.className)}>
      <label htmlFor={id} className={hideLabel ? "visually-hidden" : css["label"]}>
        {label}
        {optional ? <span className={css["optional"]}> {texts.optional}</span> : null}
      </label>
      {hint === undefined ? null : (
        <p id={`${id}-hint`} className={css["hint"]}>
          {hint}
        </p>
      )}
      <FieldContext value={link}>{children}</FieldContext>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

/** An error under a control, told when it appears. */
export function FieldError({
  id,
  error,
}: {
  readonly id: string;
  readonly error: string | undefined;
}): ReactNode {
  return (
    <div role="alert" className={css["slot"]}>
      {error === undefined ? null : (
        <p id={id} className={css["error"]}>
          <Icon name="alert" size="s" />
          {error}
        </p>
      )}
    </div>
  );
}
