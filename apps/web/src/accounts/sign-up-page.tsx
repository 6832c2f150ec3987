import { type ReactNode, useState } from "react";
import { useChange, useGo, useSession, useSetSession } from "../core/index.ts";
import { buttonClass, EmptyState } from "../ui/index.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { NewPersonForm } from "./new-person-form.tsx";
import { pathAfterSignIn } from "./path-after-sign-in.ts";
import { useAccountTexts } from "./texts.ts";

/** `/sign-up`: for who comes by themselves. */
export function SignUpPage(): ReactNode {
  const texts = useAccountTexts();
  const go = useGo();
  const { site } = useSession();
  const setSession = useSetSession();
  const [sentTo, setSentTo] = useState<string>();
  const signUp = useChange("accounts.signUp", {
    onDone: ({ next, session }, { body }) => {
      if (next === "confirm") {
        setSentTo(body.email);
        return;
      }
      const { search, origin } = window.location;
      void setSession(session).then(() => go(pathAfterSignIn(search, origin)));
    },
  });
  const { signUpPage: own } = texts;
  if (sentTo !== undefined) {
    return (
      <EmptyState page icon="check" title={own.sentTitle}>
        {own.sent(sentTo)}
      </EmptyState>
    );
  }
  if (site !== undefined && site.signUp !== "open" && !signUp.isSuccess) {
    return (
      <EmptyState
        page
        icon="lock"
        title={own.closedTitle}
        actions={
          <a href="/sign-in" className={buttonClass({ variant: "primary" })}>
            {texts.signIn}
          </a>
        }
      >
        {own.closed}
      </EmptyState>
    );
  }
  return (
    <NarrowPage
      title={own.title}
      about={own.about}
      links={
        <span>
          {own.haveOne} <a href={`/sign-in${window.location.search}`}>{texts.signIn}</a>
        </span>
      }
    >
      <NewPersonForm
        submit={texts.signUp}
        busy={signUp.isPending}
        error={signUp.error}
        onSubmit={(body) => signUp.mutate({ body })}
      />
    </NarrowPage>
  );
}
