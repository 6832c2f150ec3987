import { createHash } from "node:crypto";
import { SiteFault } from "@oxbow/site-contract";
import { sql } from "kysely";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";

/** So many tries in so long. */
export type Allowance = { readonly key: string; readonly most: number; readonly withinMs: number };

const QUARTER_HOUR_MS = 900_000;
const HOUR_MS = 3_600_000;

/** Tries to sign in: of an account from an address, of an account from anywhere, from an address. */
export function signInAllowances(email: string, address: string): Allowance[] {
  return [
    { key: `sign-in ${email} ${address}`, most: 10, withinMs: QUARTER_HOUR_MS },
    // So high that a stranger can hardly keep the owner out, so low that guessing is hopeless.
    { key: `sign-in ${email}`, most: 200, withinMs: HOUR_MS },
    { key: `sign-in from ${address}`, most: 100, withinMs: QUARTER_HOUR_MS },
  ];
}

/** Tries of a password of somebody who is signed in. */
export function passwordAllowance(person: string): Allowance {
  return { key: `password ${person}`, most: 10, withinMs: QUARTER_HOUR_MS };
}

/** Letters that strangers may have sent to an address. */
export function letterAllowance(email: string): Allowance {
  return { key: `letter ${email}`, most: 5, withinMs: HOUR_MS };
}

/**
 * Counts a try before it is made, so that many at once are counted, too. Refuses with
 * `too_many_requests` beyond what is allowed. Kept in the database: a restart forgives nothing.
 */
export async function countAttempt(
  store: Store,
  world: World,
  allowances: readonly Allowance[],
): Promise<void> {
  const now = world.now();
  const counts = await store.commit(async (tx) => {
    await tx.deleteFrom("attempts").where("until", "<=", now).execute();
    const rows: number[] = [];
    for (const { key, withinMs } of allowances) {
      const { count } = await tx
        .insertInto("attempts")
        .values({ key: hashed(key), count: 1, until: now + withinMs })
        .onConflict((conflict) =>
          conflict.column("key").doUpdateSet({ count: sql<number>`attempts.count + 1` }),
        )
        .returning("count")
        .executeTakeFirstOrThrow();
      rows.push(count);
    }
    return rows;
  });
  if (allowances.some(({ most }, index) => (counts[index] ?? 0) > most)) {
    throw new SiteFault("too_many_requests", "Too many tries: wait a quarter of an hour", {
      reason: "too_many_tries",
    });
  }
}

/** Forgets tries that turned out to be the owner's. */
export async function forgiveAttempts(
  store: Store,
  allowances: readonly Allowance[],
): Promise<void> {
  const keys = allowances.map(({ key }) => hashed(key));
  await store.commit((tx) => tx.deleteFrom("attempts").where("key", "in", keys).execute());
}

function hashed(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}
