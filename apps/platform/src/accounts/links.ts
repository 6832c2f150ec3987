import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Schema, Tx } from "../store/index.ts";
import type { World } from "../world.ts";

export type LinkKind = Schema["links"]["kind"];

/** Makes what a one-time link is known by. It is told once; the database has its hash. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export function tokenHash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Makes a link that works once, until `expiresAt`. Answers its token. */
export async function makeLink(
  tx: Tx,
  world: World,
  link: {
    readonly kind: LinkKind;
    readonly person?: string;
    readonly data?: unknown;
    readonly expiresAt: number;
  },
): Promise<string> {
  const token = newToken();
  await tx.deleteFrom("links").where("expires_at", "<=", world.now()).execute();
  await tx
    .insertInto("links")
    .values({
      hash: tokenHash(token),
      kind: link.kind,
      person: link.person ?? null,
      data: JSON.stringify(link.data ?? {}),
      expires_at: link.expiresAt,
    })
    .execute();
  return token;
}

/** The link of a kind that a person waits for; undefined where there is none. */
export async function linkOf(
  db: Kysely<Schema>,
  world: World,
  kind: LinkKind,
  person: string,
): Promise<{ readonly data: unknown; readonly expiresAt: number } | undefined> {
  const row = await db
    .selectFrom("links")
    .select(["data", "expires_at"])
    .where("person", "=", person)
    .where("kind", "=", kind)
    .where("expires_at", ">", world.now())
    .executeTakeFirst();
  return row && { data: JSON.parse(row.data), expiresAt: row.expires_at };
}

/** Ends a person's links: all, or those of one kind. */
export async function endLinks(tx: Tx, person: string, kind?: LinkKind): Promise<void> {
  await tx
    .deleteFrom("links")
    .where("person", "=", person)
    .$if(kind !== undefined, (links) => links.where("kind", "=", kind ?? "setup"))
    .execute();
}

type Found = { readonly person: string | null; readonly data: unknown };

/** Until when a link would still work; undefined where it would not. */
export async function linkExpiry(
  db: Kysely<Schema>,
  world: World,
  kind: LinkKind,
  token: string,
): Promise<number | undefined> {
  const found = await db
    .selectFrom("links")
    .select("expires_at")
    .where("hash", "=", tokenHash(token))
    .where("kind", "=", kind)
    .where("expires_at", ">", world.now())
    .executeTakeFirst();
  return found?.expires_at;
}

/** Uses a link up. Undefined where it never was, is over, or was used. */
export async function takeLink(
  tx: Tx,
  world: World,
  kind: LinkKind,
  token: string,
): Promise<Found | undefined> {
  const row = await tx
    .deleteFrom("links")
    .where("hash", "=", tokenHash(token))
    .where("kind", "=", kind)
    .where("expires_at", ">", world.now())
    .returning(["person", "data"])
    .executeTakeFirst();
  return row && { person: row.person, data: JSON.parse(row.data) };
}
