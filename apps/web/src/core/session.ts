import type { AnswerOf } from "@oxbow/site-contract";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { callKey } from "./query-client.ts";
import { useCall } from "./use-call.ts";

type Answer = AnswerOf<"accounts.session">;
export type SignedInPerson = NonNullable<Answer["person"]>;
export type PersonRole = SignedInPerson["role"];

export type Session = {
  /** False until the site has said who is looking. */
  readonly ready: boolean;
  /** Null: nobody is signed in. */
  readonly person: SignedInPerson | null;
  readonly role: PersonRole | null;
  /** What else the session tells; undefined until it is ready. */
  readonly site: Omit<Answer, "person"> | undefined;
};

const rank: Readonly<Record<PersonRole, number>> = { viewer: 1, streamer: 2, operator: 3 };

/** Whether a role includes another: operators may do all that streamers may. */
export const includesRole = (role: PersonRole | null, needed: PersonRole): boolean =>
  role !== null && rank[role] >= rank[needed];

/** Who looks at the page. */
export function useSession(): Session {
  const { data } = useCall("accounts.session", {}, { staleTime: 5 * 60_000 });
  if (data === undefined) return { ready: false, person: null, role: null, site: undefined };
  return { ready: true, person: data.person, role: data.person?.role ?? null, site: data };
}

/** For who has just signed in or out: the new session, and nothing kept of what the person before saw. */
export function useSetSession(): (session: Answer) => Promise<void> {
  const client = useQueryClient();
  return useCallback(
    async (session: Answer) => {
      const key = callKey("accounts.session", {});
      await client.cancelQueries();
      client.setQueryData(key, session);
      await client.resetQueries({
        predicate: ({ queryKey }) => queryKey[0] !== "accounts.session",
      });
    },
    [client],
  );
}
