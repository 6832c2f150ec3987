import type { ReactNode } from "react";
import { useChange, useParam } from "../core/index.ts";
import { Form, useFormErrors } from "./form.tsx";
import { LinkPage } from "./link-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/confirm/{token}`: finishes signing up. */
export function ConfirmPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const confirm = useChange("accounts.confirmSignUp");
  const { confirm: own } = texts;
  return (
    <LinkPage use={confirm} texts={own} after={{ href: "/sign-in", label: texts.signIn }}>
      <Form
        submit={own.submit}
        busy={confirm.isPending}
        errors={useFormErrors(confirm.error, [])}
        onSubmit={() => confirm.mutate({ body: { token } })}
      />
    </LinkPage>
  );
}
