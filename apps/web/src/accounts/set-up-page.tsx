import type { ReactNode } from "react";
import {
  CallError,
  useCall,
  useChange,
  useErrorText,
  useGo,
  useParam,
  useSession,
  useSetSession,
} from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState, Loading } from "../ui/index.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { NewPersonForm } from "./new-person-form.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/setup/{token}`: makes the first operator, and goes on to the studio. */
export function SetUpPage(): ReactNode {
  const texts = useAccountTexts();
  const textOf = useErrorText(texts.reasons);
  const token = useParam("token");
  const go = useGo();
  const { site, person } = useSession();
  const setSession = useSetSession();
  const link = useCall("accounts.checkSetup", { body: { token } }, { staleTime: Infinity });
  const setUp = useChange("accounts.setup", {
    onDone: (session) => void setSession(session).then(() => go("/studio")),
  });
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
  if (link.error instanceof CallError) {
    const over = link.error.reason === "link_over" || link.error.code === "invalid_request";
    return (
      <ErrorState
        page
        title={over ? own.overTitle : textOf(link.error)}
        onRetry={over ? undefined : () => void link.refetch()}
      >
        {over ? own.over : null}
      </ErrorState>
    );
  }
  return (
    <NarrowPage title={own.title} about={own.about}>
      {link.isPending ? (
        <Loading label={own.checking} />
      ) : (
        <NewPersonForm
          submit={own.submit}
          busy={setUp.isPending}
          error={setUp.error}
          onSubmit={(newPerson) => setUp.mutate({ body: { token, ...newPerson } })}
        />
      )}
    </NarrowPage>
  );
}
