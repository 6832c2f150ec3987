import { type ReactNode, useState } from "react";
import { Field, IconButton, TextInput } from "../ui/index.tsx";
import type { FormErrors } from "./form.tsx";
import css from "./narrow-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** A password, which can be shown, pasted, and filled by a password manager. */
export function PasswordField({
  name = "password",
  label,
  hint,
  errors,
  isNew = false,
}: {
  readonly name?: string;
  readonly label: string;
  readonly hint?: string;
  readonly errors: FormErrors;
  /** Whether it is being chosen here. */
  readonly isNew?: boolean;
}): ReactNode {
  const texts = useAccountTexts();
  const [shown, setShown] = useState(false);
  return (
    <Field label={label} hint={hint} error={errors.of(name)} required>
      <div className={css["password"]}>
        <TextInput
          name={name}
          type={shown ? "text" : "password"}
          autoComplete={isNew ? "new-password" : "current-password"}
          autoCapitalize="off"
          spellCheck={false}
          maxLength={128}
          {...(isNew && { minLength: 10 })}
        />
        <IconButton
          icon={shown ? "eye-off" : "eye"}
          label={shown ? texts.hidePassword : texts.showPassword}
          onClick={() => setShown(!shown)}
        />
      </div>
    </Field>
  );
}

type FieldProps = { readonly errors: FormErrors; readonly defaultValue?: string };

export function EmailField({ errors, defaultValue }: FieldProps): ReactNode {
  const texts = useAccountTexts();
  return (
    <Field label={texts.email} error={errors.of("email")} required>
      <TextInput
        name="email"
        type="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={254}
        defaultValue={defaultValue}
      />
    </Field>
  );
}

export function NameField({ errors, defaultValue }: FieldProps): ReactNode {
  const texts = useAccountTexts();
  return (
    <Field label={texts.name} hint={texts.nameHint} error={errors.of("name")} required>
      <TextInput name="name" autoComplete="name" maxLength={60} defaultValue={defaultValue} />
    </Field>
  );
}
