import { type ReactNode, useEffect, useRef } from "react";
import { CallError, useErrorText } from "../core/index.ts";
import { Button, Refusal } from "../ui/index.tsx";
import css from "./narrow-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** What is wrong, told at its field or, where no field is shown for it, above the form. */
export type FormErrors = {
  readonly of: (field: string) => string | undefined;
  readonly general: string | undefined;
};

/** The refusal of a form, for the fields that it shows. */
export function useFormErrors(error: unknown, fields: readonly string[]): FormErrors {
  const texts = useAccountTexts();
  const textOf = useErrorText(texts.reasons);
  if (error === null || error === undefined) return { of: () => undefined, general: undefined };
  const field = error instanceof CallError ? error.field : undefined;
  const invalid = error instanceof CallError && error.code === "invalid_request";
  const text =
    (invalid && field !== undefined ? texts.fieldErrors[field] : undefined) ?? textOf(error);
  const shown = field !== undefined && fields.includes(field);
  return {
    of: (name) => (shown && name === field ? text : undefined),
    general: shown ? undefined : text,
  };
}

/** A form that is sent by its one button; its values are texts by the names of their controls. */
export function Form({
  submit,
  busy,
  errors,
  danger = false,
  narrow = true,
  onSubmit,
  children,
}: {
  readonly submit: string;
  readonly busy: boolean;
  readonly errors: FormErrors;
  readonly danger?: boolean;
  /** The button is as wide as the form. */
  readonly narrow?: boolean;
  readonly onSubmit: (value: (name: string) => string, form: HTMLFormElement) => void;
  readonly children?: ReactNode;
}): ReactNode {
  const form = useRef<HTMLFormElement>(null);
  const wrong = errors.general !== undefined;
  // Who is told that a field is wrong stands in it.
  useEffect(() => {
    if (busy) return;
    const field = form.current?.querySelector('[aria-invalid="true"]');
    if (field instanceof HTMLElement) field.focus();
  }, [busy]);
  return (
    <form
      ref={form}
      className={css["form"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (busy) return;
        const values = new FormData(event.currentTarget);
        onSubmit((name) => {
          const value = values.get(name);
          return typeof value === "string" ? value : "";
        }, event.currentTarget);
      }}
    >
      <Refusal>{wrong && errors.general}</Refusal>
      {children}
      <div>
        <Button
          type="submit"
          variant={danger ? "danger" : "primary"}
          busy={busy}
          className={narrow ? css["submit"] : undefined}
        >
          {submit}
        </Button>
      </div>
    </form>
  );
}
