import type { ReactNode } from "react";
import { useCall, useChange, useErrorText } from "../core/index.ts";
import { Card, ErrorState, Loading, RadioGroup, Skeleton, useToast } from "../ui/index.tsx";
import { useAccountTexts } from "./texts.ts";

/** Who may make an account without being asked. */
export function SignUpPolicyCard(): ReactNode {
  const { policy: texts } = useAccountTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const policy = useCall("accounts.signUpPolicy", {});
  const change = useChange("accounts.changeSignUpPolicy", {
    invalidates: ["accounts.signUpPolicy", "accounts.session"],
    onDone: () => tell(texts.changed, "good"),
  });
  return (
    <Card>
      {policy.data === undefined ? (
        policy.error === null ? (
          <Loading>
            <Skeleton height="8rem" />
          </Loading>
        ) : (
          <ErrorState title={errorText(policy.error)} onRetry={() => void policy.refetch()} />
        )
      ) : (
        <RadioGroup
          legend={texts.title}
          cards
          value={change.variables?.body.signUp ?? policy.data.signUp}
          options={[
            { value: "open", label: texts.open, hint: texts.openHint },
            { value: "invitation", label: texts.invitation, hint: texts.invitationHint },
            { value: "closed", label: texts.closed, hint: texts.closedHint },
          ]}
          onChange={(signUp) =>
            change.mutate(
              { body: { signUp } },
              {
                onError: (error) => {
                  tell(errorText(error), "bad");
                  change.reset();
                },
              },
            )
          }
        />
      )}
    </Card>
  );
}
