import type { ReactNode } from "react";
import { type SignedInPerson, useChange } from "../core/index.ts";
import { Card, useToast } from "../ui/index.tsx";
import { EmailField, NameField, PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

type Props = { readonly person: SignedInPerson };

export function ProfileCard({ person }: Props): ReactNode {
  const texts = useAccountTexts();
  const tell = useToast();
  const change = useChange("accounts.change", {
    invalidates: ["accounts.session"],
    onDone: () => tell(texts.saved, "good"),
  });
  const errors = useFormErrors(change.error, ["name"]);
  return (
    <Card title={texts.account.profile}>
      <Form
        submit={texts.save}
        busy={change.isPending}
        errors={errors}
        narrow={false}
        onSubmit={(value) => change.mutate({ body: { name: value("name") } })}
      >
        <NameField errors={errors} defaultValue={person.name} />
      </Form>
    </Card>
  );
}

export function EmailCard({ person }: Props): ReactNode {
  const texts = useAccountTexts();
  const tell = useToast();
  const change = useChange("accounts.changeEmail", {
    invalidates: ["accounts.session"],
    onDone: () => tell(texts.account.emailChanged, "good"),
  });
  const errors = useFormErrors(change.error, ["email", "password"]);
  return (
    <Card title={texts.account.changeEmail}>
      <Form
        submit={texts.save}
        busy={change.isPending}
        errors={errors}
        narrow={false}
        onSubmit={(value) =>
          change.mutate({ body: { email: value("email"), password: value("password") } })
        }
      >
        <EmailField errors={errors} defaultValue={person.email} />
        <PasswordField label={texts.currentPassword} errors={errors} />
      </Form>
    </Card>
  );
}
