import type { Tx } from "../store/index.ts";
import type { World } from "../world.ts";

/** An act of weight. */
export type Act = {
  /** Who did it, for example `caller.person`; null: the site itself. */
  readonly person: { readonly id: string; readonly name: string } | null;
  /** Area and past participle: `video.deleted`. */
  readonly action: string;
  /** The id of what it was done to. */
  readonly about: string;
  /** What somebody who looks back wants to know. No secrets. */
  readonly detail?: Readonly<Record<string, unknown>>;
  /** Where the request came from: `caller.address`; "" for the site itself. */
  readonly address: string;
};

/** Writes an act down for ever, in the transaction that does it. */
export async function audit(tx: Tx, world: World, act: Act): Promise<void> {
  await tx
    .insertInto("audit")
    .values({
      id: world.id("adt"),
      at: world.now(),
      person: act.person?.id ?? null,
      person_name: act.person?.name ?? null,
      action: act.action,
      about: act.about,
      detail: JSON.stringify(act.detail ?? {}),
      address: act.address,
    })
    .execute();
}
