import { type Client, type EventType, OxbowError, type Sink } from "@oxbow/sdk";
import { z } from "zod";
import type { Store, Tx } from "../store/index.ts";
import type { World } from "../world.ts";
import { readMediaState, writeMediaState } from "./media-state.ts";

/** For so long the media server signs with the secret before, too. */
const ROTATION_MS = 24 * 3_600_000;
const KEY = "sink";
const NOT_FOUND = 404;

const Kept = z.object({
  id: z.string(),
  url: z.string(),
  secret: z.string(),
  previous: z.object({ secret: z.string(), until: z.number() }).nullable(),
});
type Kept = z.infer<typeof Kept>;

export type WebhookSinkOptions = {
  readonly store: Store;
  readonly world: World;
  readonly client: Client;
  /** What the platform wants to be told. */
  readonly types: readonly EventType[];
  readonly onRestored?: (tx: Tx, reason: string) => Promise<void>;
};

/** The platform's address on the media server, and the secrets that its webhooks are signed with. */
export class WebhookSink {
  readonly #options: WebhookSinkOptions;
  #kept: Kept | undefined;

  constructor(options: WebhookSinkOptions) {
    this.#options = options;
  }

  /** Where events go now; undefined before it was registered. */
  get registered(): { readonly id: string; readonly url: string } | undefined {
    return this.#kept;
  }

  /** The secrets that a webhook may be signed with now. */
  async secrets(): Promise<readonly string[]> {
    const kept = await this.#load();
    if (kept === undefined) return [];
    const { secret, previous } = kept;
    const isOld = previous === null || previous.until < this.#options.world.now();
    return isOld ? [secret] : [secret, previous.secret];
  }

  /**
   * Makes the media server send to `url` what is wanted: finds the sink that was made before, or makes
   * it. Answers whether events may have been sent to nowhere before.
   */
  async ensure(url: string): Promise<boolean> {
    const found = (await this.#known()) ?? (await this.#byUrl(url));
    if (found === undefined) {
      await this.#create(url);
      return true;
    }
    const { types } = this.#options;
    const isSame = types.toSorted().join() === found.types.toSorted().join();
    if (found.url === url && found.enabled && isSame && this.#kept?.url === url) return false;
    await this.#options.client.sinks.update(found.id, { url, types: [...types], enabled: true });
    await this.#keep({ ...this.#secretOf(found.id), id: found.id, url }, found);
    return true;
  }

  /**
   * Another sink for the same address, without what the one before still has to deliver: the log has told
   * it, and a stream whose delivery has failed for long would wait for up to an hour. `read` reads the
   * log between the two.
   */
  async renew(url: string, read: () => Promise<void>): Promise<void> {
    const before = await this.#load();
    await this.#create(url);
    await read();
    if (before !== undefined) await this.#options.client.sinks.delete(before.id);
  }

  /** A new secret; the old one holds on while the media server signs with both. */
  async rotate(): Promise<void> {
    const kept = await this.#load();
    if (kept === undefined) return;
    const { world } = this.#options;
    const secret = await this.#newSecret(kept.id);
    const previous = { secret: kept.secret, until: world.now() + ROTATION_MS };
    await this.#keep({ ...kept, secret, previous });
  }

  async #load(): Promise<Kept | undefined> {
    this.#kept ??= await readMediaState(this.#options.store.db, KEY, Kept);
    return this.#kept;
  }

  #secretOf(id: string): Pick<Kept, "secret" | "previous"> {
    if (this.#kept?.id !== id) throw new Error(`The secret of ${id} is not known`);
    const { secret, previous } = this.#kept;
    return { secret, previous };
  }

  /** The sink of before, where it is there still. */
  async #known(): Promise<Sink | undefined> {
    const kept = await this.#load();
    if (kept === undefined) return undefined;
    try {
      return await this.#options.client.sinks.get(kept.id);
    } catch (error) {
      if (error instanceof OxbowError && error.status === NOT_FOUND) return undefined;
      throw error;
    }
  }

  /** One whose secret was lost with a database, or with the answer that told it. */
  async #byUrl(url: string): Promise<Sink | undefined> {
    for await (const sink of this.#options.client.sinks.list()) {
      if (sink.url !== url) continue;
      const secret = await this.#newSecret(sink.id);
      await this.#keep({ id: sink.id, url, secret, previous: null });
      return sink;
    }
    return undefined;
  }

  async #create(url: string): Promise<void> {
    const { client, types } = this.#options;
    const { id, secret } = await client.sinks.create({ url, types: [...types] });
    if (secret === undefined) throw new Error("The media server told no secret of a new sink");
    // What the sink before has sent already is still believed.
    const until = this.#options.world.now() + ROTATION_MS;
    const previous = this.#kept === undefined ? null : { secret: this.#kept.secret, until };
    await this.#keep({ id, url, secret, previous });
  }

  async #newSecret(id: string): Promise<string> {
    const { secret } = await this.#options.client.sinks.rotate(id);
    if (secret === undefined) throw new Error("The media server told no new secret of a sink");
    return secret;
  }

  async #keep(kept: Kept, disabled?: Sink): Promise<void> {
    const { store, onRestored } = this.#options;
    await store.commit(async (tx) => {
      await writeMediaState(tx, KEY, kept);
      if (disabled?.enabled === false) await onRestored?.(tx, disabled.disabledReason ?? "");
    });
    this.#kept = kept;
  }
}
