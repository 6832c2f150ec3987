import type { ListedPerson } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Avatar, Badge, type Column } from "../ui/index.tsx";
import css from "./people-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** The columns of the table of people; `actions` makes the last one. */
export function usePeopleColumns(
  actions: (person: ListedPerson) => ReactNode,
): readonly Column<ListedPerson>[] {
  const texts = useAccountTexts();
  const { people: own } = texts;
  const formats = useFormats();
  const now = useNow(60_000);
  return [
    {
      key: "person",
      header: own.person,
      names: true,
      cell: ({ name, email }) => (
        <div className={css["person"]}>
          <Avatar name={name} />
          <div>
            <span className={css["name"]}>{name}</span>
            <span className={css["dim"]}>{email}</span>
          </div>
        </div>
      ),
    },
    {
      key: "role",
      header: own.role,
      cell: ({ role }) => (
        <Badge tone={role === "operator" ? "accent" : "neutral"}>{texts.roles[role]}</Badge>
      ),
    },
    {
      key: "state",
      header: own.state,
      cell: ({ suspended }) => (
        <Badge tone={suspended ? "bad" : "good"}>{suspended ? own.suspended : own.active}</Badge>
      ),
    },
    { key: "joined", header: own.joined, cell: ({ createdAt }) => formats.date(createdAt) },
    {
      key: "seen",
      header: own.seen,
      cell: ({ seenAt }) => (seenAt === null ? own.never : formats.relative(seenAt, now)),
    },
    { key: "actions", header: own.actions, align: "end", actions: true, cell: actions },
  ];
}
