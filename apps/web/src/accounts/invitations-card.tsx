import { type ReactNode, useState } from "react";
import { useChange, useErrorText, usePages } from "../core/index.ts";
import { Button, Card, useToast } from "../ui/index.tsx";
import { useInvitationColumns } from "./invitation-columns.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { PagedTable } from "./paged-table.tsx";
import { useAccountTexts } from "./texts.ts";

/** Links that make accounts. */
export function InvitationsCard(): ReactNode {
  const texts = useAccountTexts();
  const { invitations: own } = texts;
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const [inviting, setInviting] = useState(false);
  const invitations = usePages("accounts.invitations", {});
  const revoke = useChange("accounts.revokeInvitation", {
    invalidates: ["accounts.invitations"],
    onDone: () => tell(own.revoked, "good"),
  });
  const columns = useInvitationColumns((invitation) =>
    revoke.mutate(
      { params: { invitation } },
      { onError: (error) => tell(errorText(error), "bad") },
    ),
  );
  return (
    <Card
      flush
      title={own.title}
      actions={
        <Button icon="plus" size="s" onClick={() => setInviting(true)}>
          {own.invite}
        </Button>
      }
    >
      <PagedTable pages={invitations} columns={columns} texts={own} icon="link" height="8rem" />
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </Card>
  );
}
