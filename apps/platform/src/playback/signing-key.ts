import type { Client } from "@oxbow/sdk";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";

/** Name of the platform's key, there and here. */
const NAME = "platform";
/** How often it is looked whether the media server still has the key. */
const LOOK_MS = 60_000;

export type SigningKeyParts = {
  readonly client: Pick<Client, "playbackKeys">;
  readonly store: Store;
  readonly world: World;
};

type Key = { readonly kid: string; readonly secret: string };

/** The key that tokens are signed with: made by the media server once, kept in the database. */
export class SigningKey {
  readonly #parts: SigningKeyParts;
  #known: { readonly key: Key; readonly at: number } | undefined;
  #finding: Promise<Key> | undefined;

  constructor(parts: SigningKeyParts) {
    this.#parts = parts;
  }

  /** Throws OxbowError where there is none yet and the media server is away. */
  async get(): Promise<Key> {
    const known = this.#known;
    if (known && this.#parts.world.now() - known.at < LOOK_MS) return known.key;
    this.#finding ??= this.#find().finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  async #find(): Promise<Key> {
    const { world } = this.#parts;
    const stored = await this.#stored();
    const key = stored === undefined || !(await this.#isGood(stored)) ? await this.#make() : stored;
    this.#known = { key, at: world.now() };
    return key;
  }

  async #stored(): Promise<Key | undefined> {
    const { db } = this.#parts.store;
    return db
      .selectFrom("playback_keys")
      .select(["kid", "secret"])
      .where("name", "=", NAME)
      .executeTakeFirst();
  }

  /** Whether the media server knows it; while it is away, the key that was good is. */
  async #isGood({ kid }: Key): Promise<boolean> {
    const { client, world } = this.#parts;
    try {
      for await (const one of client.playbackKeys.list()) if (one.kid === kid) return true;
      return false;
    } catch (err) {
      world.log.warn({ err }, "playback keys could not be looked at");
      return true;
    }
  }

  async #make(): Promise<Key> {
    const { client, store, world } = this.#parts;
    const { kid, secret } = await client.playbackKeys.create({ name: NAME });
    if (secret === undefined) throw new Error("The media server made a key without a secret");
    const row = { name: NAME, kid, secret, created_at: world.now() };
    await store.commit((tx) =>
      tx
        .insertInto("playback_keys")
        .values(row)
        .onConflict((on) => on.column("name").doUpdateSet(row))
        .execute(),
    );
    world.log.info({ kid }, "made a playback key");
    return { kid, secret };
  }
}
