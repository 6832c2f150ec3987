import type { ReactNode } from "react";
import { useChange, useParam } from "../core/index.ts";
import { Form, useFormErrors } from "./form.tsx";
import { LinkPage } from "./link-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/confirm/email/{token}`: from a letter to the new address of an account. */
export function ConfirmEmailPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const confirm = useChange("accounts.confirmEmail", {
    invalidates: ["accounts.session", "accounts.waitingEmail"],
  });
  const { confirmEmail: own } = texts;
  const account = { href: "/account", label: texts.account.title };
  return (
    <LinkPage use={confirm} texts={own} after={account} again={account}>
      <Form
        submit={own.submit}
        busy={confirm.isPending}
        errors={useFormErrors(confirm.error, [])}
        onSubmit={() => confirm.mutate({ body: { token } })}
      />
    </LinkPage>
  );
}
