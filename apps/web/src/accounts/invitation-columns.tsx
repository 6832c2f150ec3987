import type { Invitation } from "@oxbow/site-contract";
import { useFormats, useNow } from "../core/index.ts";
import { Badge, Button, type Column, type Tone } from "../ui/index.tsx";
import { useAccountTexts } from "./texts.ts";

const tones: Readonly<Record<Invitation["state"], Tone>> = {
  open: "accent",
  used: "good",
  expired: "neutral",
  revoked: "neutral",
};

/** The columns of the table of invitations. */
export function useInvitationColumns(
  onRevoke: (id: string) => void,
): readonly Column<Invitation>[] {
  const texts = useAccountTexts();
  const { invitations: own, people } = texts;
  const formats = useFormats();
  const now = useNow(60_000);
  const forWhom = (note: string): string => (note === "" ? own.nobody : note);
  return [
    { key: "for", header: own.forWhom, names: true, cell: ({ note }) => forWhom(note) },
    { key: "role", header: people.role, cell: ({ role }) => texts.roles[role] },
    {
      key: "state",
      header: people.state,
      cell: ({ state, person }) => (
        <Badge tone={tones[state]}>
          {person === null ? own.states[state] : own.usedBy(person.name)}
        </Badge>
      ),
    },
    { key: "by", header: own.by, cell: ({ by }) => by?.name ?? "–" },
    {
      key: "expires",
      header: own.expires,
      cell: ({ state, expiresAt }) => (state === "open" ? formats.relative(expiresAt, now) : "–"),
    },
    {
      key: "actions",
      header: people.actions,
      align: "end",
      actions: true,
      cell: ({ id, state, note }) =>
        state === "open" ? (
          <Button size="s" aria-label={own.revokeOf(forWhom(note))} onClick={() => onRevoke(id)}>
            {own.revoke}
          </Button>
        ) : null,
    },
  ];
}
