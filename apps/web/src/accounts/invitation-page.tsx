import type { ReactNode } from "react";
import { useCall, useChange, useErrorText, useGo, useParam, useSetSession } from "../core/index.ts";
import { ErrorState, Loading } from "../ui/index.tsx";
import { NarrowPage } from "./narrow-page.tsx";
import { NewPersonForm } from "./new-person-form.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/invitation/{token}`: makes the account that somebody is invited to. */
export function InvitationPage(): ReactNode {
  const texts = useAccountTexts();
  const textOf = useErrorText(texts.reasons);
  const token = useParam("token");
  const go = useGo();
  const setSession = useSetSession();
  const invitation = useCall(
    "accounts.checkInvitation",
    { body: { token } },
    { staleTime: Infinity },
  );
  const signUp = useChange("accounts.signUp", {
    onDone: ({ session }) =>
      void setSession(session).then(() => go(session.person?.role === "viewer" ? "/" : "/studio")),
  });
  const { invitation: own } = texts;
  if (invitation.error !== null && !signUp.isSuccess) {
    const over = invitation.error.code === "gone" || invitation.error.code === "invalid_request";
    return (
      <ErrorState
        page
        title={over ? own.overTitle : textOf(invitation.error)}
        onRetry={over ? undefined : () => void invitation.refetch()}
      >
        {over ? own.over : null}
      </ErrorState>
    );
  }
  return (
    <NarrowPage
      title={own.title}
      about={invitation.data === undefined ? undefined : own.about[invitation.data.role]}
    >
      {invitation.isPending ? (
        <Loading label={own.checking} />
      ) : (
        <NewPersonForm
          submit={own.submit}
          busy={signUp.isPending}
          error={signUp.error}
          onSubmit={(person) => signUp.mutate({ body: { ...person, invitation: token } })}
        />
      )}
    </NarrowPage>
  );
}
