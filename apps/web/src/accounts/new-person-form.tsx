import type { ReactNode } from "react";
import { useLanguage } from "../core/index.ts";
import { EmailField, NameField, PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

export type NewPerson = {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly language: "en" | "pt-BR";
};

/** Name, address and password of somebody who gets an account. */
export function NewPersonForm({
  submit,
  busy,
  error,
  onSubmit,
}: {
  readonly submit: string;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onSubmit: (person: NewPerson) => void;
}): ReactNode {
  const texts = useAccountTexts();
  const { language } = useLanguage();
  const errors = useFormErrors(error, ["name", "email", "password"]);
  return (
    <Form
      submit={submit}
      busy={busy}
      errors={errors}
      onSubmit={(value) =>
        onSubmit({
          name: value("name"),
          email: value("email"),
          password: value("password"),
          language,
        })
      }
    >
      <NameField errors={errors} />
      <EmailField errors={errors} />
      <PasswordField label={texts.password} hint={texts.passwordHint} errors={errors} isNew />
    </Form>
  );
}
