import type { ReactNode } from "react";
import { useChange, useGo, useSession, useSetSession } from "../core/index.ts";
import { EmptyState } from "../ui/index.tsx";
import { EmailField, PasswordField } from "./fields.tsx";
import { Form, useFormErrors } from "./form.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { pathAfterSignIn } from "./path-after-sign-in.ts";
import { useAccountTexts } from "./texts.ts";

/** `/sign-in`, with `?next=` the page to come back to. */
export function SignInPage(): ReactNode {
  const texts = useAccountTexts();
  const go = useGo();
  const { site } = useSession();
  const setSession = useSetSession();
  const signIn = useChange("accounts.signIn", {
    onDone: (session) => {
      const { search, origin } = window.location;
      void setSession(session).then(() => go(pathAfterSignIn(search, origin)));
    },
  });
  const errors = useFormErrors(signIn.error, ["email"]);
  const { signInPage: own } = texts;
  if (site?.needsSetup === true) {
    return (
      <EmptyState page icon="settings" title={own.needsSetupTitle}>
        {own.needsSetup}
      </EmptyState>
    );
  }
  return (
    <NarrowPage
      title={own.title}
      links={
        <>
          <a href="/forgotten-password">{own.forgotten}</a>
          {site?.signUp === "open" ? (
            <span>
              {own.noAccount} <a href={`/sign-up${window.location.search}`}>{texts.signUp}</a>
            </span>
          ) : null}
        </>
      }
    >
      <Form
        submit={texts.signIn}
        busy={signIn.isPending}
        errors={errors}
        onSubmit={(value) =>
          signIn.mutate({ body: { email: value("email"), password: value("password") } })
        }
      >
        <EmailField errors={errors} />
        <PasswordField label={texts.password} errors={errors} />
      </Form>
    </NarrowPage>
  );
}
