import type { ReactNode } from "react";
import { useCall, useChange, useGo, useParam, useSession, useSetSession } from "../core/index.ts";
import { buttonClass, EmptyState } from "../ui/index.tsx";
import { NewPersonPage } from "./new-person-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/setup/{token}`: makes the first operator, and goes on to the studio. */
export function SetUpPage(): ReactNode {
  const texts = useAccountTexts();
  const token = useParam("token");
  const go = useGo();
  const { site, person } = useSession();
  const setSession = useSetSession();
  const setUp = useChange("accounts.setup", {
    onDone: (session) => void setSession(session).then(() => go("/studio")),
  });
  const link = useCall(
    "accounts.checkSetup",
    { body: { token } },
    // Once it is used it is over, which is no news.
    { staleTime: Infinity, enabled: !setUp.isPending && !setUp.isSuccess },
  );
  const { setUp: own } = texts;
  if (site?.needsSetup === false && !setUp.isPending && !setUp.isSuccess) {
    return (
      <EmptyState
        page
        icon="check"
        title={own.doneTitle}
        actions={
          <a
            href={person === null ? "/sign-in" : "/studio"}
            className={buttonClass({ variant: "primary" })}
          >
            {person === null ? texts.signIn : texts.home}
          </a>
        }
      >
        {own.done}
      </EmptyState>
    );
  }
  return (
    <NewPersonPage
      link={link}
      make={setUp}
      texts={own}
      about={own.about}
      onSubmit={(newPerson) => setUp.mutate({ body: { token, ...newPerson } })}
    />
  );
}
