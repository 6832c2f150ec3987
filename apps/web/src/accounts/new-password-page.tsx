import type { ReactNode } from "react";
import { useChange, useParam } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState } from "../ui/index.tsx";
import { PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/new-password/{token}`: by a letter, or by a link that an operator gave. */
export function NewPasswordPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const renew = useChange("accounts.newPassword");
  const errors = useFormErrors(renew.error, ["password"]);
  const { renew: own } = texts;
  if (renew.isSuccess) {
    return (
      <EmptyState
        page
        icon="check"
        title={own.doneTitle}
        actions={
          <a href="/sign-in" className={buttonClass({ variant: "primary" })}>
            {texts.signIn}
          </a>
        }
      >
        {own.done}
      </EmptyState>
    );
  }
  if (renew.error?.code === "gone") {
    return (
      <ErrorState
        page
        title={own.overTitle}
        actions={
          <a href="/forgotten-password" className={buttonClass()}>
            {own.again}
          </a>
        }
      >
        {own.over}
      </ErrorState>
    );
  }
  return (
    <NarrowPage title={own.title} about={own.about}>
      <Form
        submit={own.submit}
        busy={renew.isPending}
        errors={errors}
        onSubmit={(value) => renew.mutate({ body: { token, password: value("password") } })}
      >
        <PasswordField label={texts.newPassword} hint={texts.passwordHint} errors={errors} isNew />
      </Form>
    </NarrowPage>
  );
}
