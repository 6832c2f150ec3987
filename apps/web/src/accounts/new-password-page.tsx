import type { ReactNode } from "react";
import { useChange, useParam } from "../core/index.ts";
import { PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { LinkPage } from "./link-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/new-password/{token}`: by a letter, or by a link that an operator gave. */
export function NewPasswordPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const renew = useChange("accounts.newPassword");
  const errors = useFormErrors(renew.error, ["password"]);
  const { renew: own } = texts;
  return (
    <LinkPage
      use={renew}
      texts={own}
      after={{ href: "/sign-in", label: texts.signIn }}
      again={{ href: "/forgotten-password", label: own.again }}
    >
      <Form
        submit={own.submit}
        busy={renew.isPending}
        errors={errors}
        onSubmit={(value) => renew.mutate({ body: { token, password: value("password") } })}
      >
        <PasswordField label={texts.newPassword} hint={texts.passwordHint} errors={errors} isNew />
      </Form>
    </LinkPage>
  );
}
