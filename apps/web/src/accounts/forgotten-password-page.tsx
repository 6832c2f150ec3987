import { type ReactNode, useState } from "react";
import { useChange, useSession } from "../core/index.ts";
import { buttonClass, EmptyState } from "../ui/index.tsx";
import { EmailField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/forgotten-password`. It says the same whether there is such an account or not. */
export function ForgottenPasswordPage(): ReactNode {
  const texts = useAccountTexts();
  const { site } = useSession();
  const [sentTo, setSentTo] = useState<string>();
  const ask = useChange("accounts.forgotPassword", {
    onDone: (_answer, { body }) => setSentTo(body.email),
  });
  const errors = useFormErrors(ask.error, ["email"]);
  const { forgotten: own } = texts;
  const back = (
    <a href="/sign-in" className={buttonClass()}>
      {own.back}
    </a>
  );
  if (site?.mail === false) {
    return (
      <EmptyState page icon="lock" title={own.noMailTitle} actions={back}>
        {own.noMail}
      </EmptyState>
    );
  }
  if (sentTo !== undefined) {
    return (
      <EmptyState page icon="check" title={own.sentTitle} actions={back}>
        {own.sent(sentTo)}
      </EmptyState>
    );
  }
  return (
    <NarrowPage title={own.title} about={own.about} links={<a href="/sign-in">{own.back}</a>}>
      <Form
        submit={own.submit}
        busy={ask.isPending}
        errors={errors}
        onSubmit={(value) => ask.mutate({ body: { email: value("email") } })}
      >
        <EmailField errors={errors} />
      </Form>
    </NarrowPage>
  );
}
