import type { ReactNode } from "react";
import { useChange } from "../core/index.ts";
import { Card, useToast } from "../ui/index.tsx";
import { PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { useAccountTexts } from "./texts.ts";

export function PasswordCard(): ReactNode {
  const texts = useAccountTexts();
  const tell = useToast();
  const change = useChange("accounts.changePassword", {
    invalidates: ["accounts.sessions"],
    onDone: () => tell(texts.account.passwordChanged, "good"),
  });
  const errors = useFormErrors(change.error, ["password", "newPassword"]);
  return (
    <Card title={texts.account.changePassword}>
      <Form
        submit={texts.account.changePasswordSubmit}
        busy={change.isPending}
        errors={errors}
        narrow={false}
        onSubmit={(value, form) => {
          const body = { password: value("password"), newPassword: value("newPassword") };
          change.mutate({ body }, { onSuccess: () => form.reset() });
        }}
      >
        <PasswordField label={texts.currentPassword} errors={errors} />
        <PasswordField
          name="newPassword"
          label={texts.newPassword}
          hint={texts.passwordHint}
          errors={errors}
          isNew
        />
      </Form>
    </Card>
  );
}
