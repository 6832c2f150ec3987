import type { ReactNode } from "react";
import { useCall, useChange, useGo, useParam, useSetSession } from "../core/index.ts";
import { NewPersonPage } from "./new-person-page.tsx";
import { useAccountTexts } from "./texts.ts";

/** `/invitation/{token}`: makes the account that somebody is invited to. */
export function InvitationPage(): ReactNode {
  const { invitation: own } = useAccountTexts();
  const token = useParam("token");
  const go = useGo();
  const setSession = useSetSession();
  const signUp = useChange("accounts.signUp", {
    onDone: ({ session }) =>
      void setSession(session).then(() => go(session.person?.role === "viewer" ? "/" : "/studio")),
  });
  const invitation = useCall(
    "accounts.checkInvitation",
    { body: { token } },
    // Once it is used it is over, which is no news.
    { staleTime: Infinity, enabled: !signUp.isPending && !signUp.isSuccess },
  );
  return (
    <NewPersonPage
      link={invitation}
      make={signUp}
      texts={own}
      about={invitation.data === undefined ? undefined : own.about[invitation.data.role]}
      onSubmit={(person) => signUp.mutate({ body: { ...person, invitation: token } })}
    />
  );
}
