import { type ReactNode, useState } from "react";
import { useChange, useErrorText, usePages } from "../core/index.ts";
import {
  Button,
  Card,
  EmptyState,
  ErrorState,
  Loading,
  More,
  Skeleton,
  Table,
  useToast,
} from "../ui/index.tsx";
import { useInvitationColumns } from "./invitation-columns.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
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
  const { items } = invitations;
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
      {invitations.error !== null && items === undefined ? (
        <ErrorState title={errorText(invitations.error)} onRetry={invitations.refetch} />
      ) : null}
      {invitations.loading ? (
        <Loading>
          <Skeleton height="8rem" />
        </Loading>
      ) : null}
      {items === undefined ? null : items.length === 0 ? (
        <EmptyState icon="link" title={own.none}>
          {own.noneAbout}
        </EmptyState>
      ) : (
        <Table caption={own.table} columns={columns} rows={items} keyOf={({ id }) => id} />
      )}
      <More
        hasMore={invitations.hasMore}
        loading={invitations.loadingMore}
        onMore={invitations.more}
      />
      {inviting ? <InviteDialog onClose={() => setInviting(false)} /> : null}
    </Card>
  );
}
