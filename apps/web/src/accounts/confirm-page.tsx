import type { ReactNode } from "react";
import { useChange, useParam } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState } from "../ui/index.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/confirm/{token}`: finishes signing up. A press does it, as programs that look into mail open links, too. */
export function ConfirmPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const confirm = useChange("accounts.confirmSignUp");
  const errors = useFormErrors(confirm.error, []);
  const { confirm: own } = texts;
  if (confirm.isSuccess) {
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
  if (confirm.error?.code === "gone") {
    return (
      <ErrorState page title={own.overTitle}>
        {own.over}
      </ErrorState>
    );
  }
  return (
    <NarrowPage title={own.title} about={own.about}>
      <Form
        submit={own.submit}
        busy={confirm.isPending}
        errors={errors}
        onSubmit={() => confirm.mutate({ body: { token } })}
      >
        {null}
      </Form>
    </NarrowPage>
  );
}
