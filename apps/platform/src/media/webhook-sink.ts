import { type Client, type EventType, OxbowError, type Sink } from "@oxbow/sdk";
import { z } from "zod";
import type { Store } from "../store/index.ts";
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
   * it. `arriving`: this site was away, or was not reached, so that what waits is to come now; deliveries
   * that have failed for long would wait for up to an hour. Answers whether events may have been sent to
   * nowhere before; `changing` is called ahead of that.
   */
  async ensure(
    url: string,
    { arriving, changing }: { readonly arriving: boolean; readonly changing: () => void },
  ): Promise<boolean> {
    const { client } = this.#options;
    const found = (await this.#known()) ?? (await this.#byUrl(url));
    if (found === undefined) {
      changing();
      await this.#create(url);
      return true;
    }
    const isSame = this.#isWanted(found, url);
    if (isSame && !arriving) return false;
    if (!isSame) changing();
    await client.sinks.update(found.id, this.#wanted(url));
    if (this.#kept?.url !== url) {
      await this.#keep({ ...this.#secretOf(found.id), id: found.id, url });
    }
    return !isSame;
  }

  /** Events of all streams, each alone, whatever somebody has set by hand. */
  #wanted(url: string) {
    return { url, types: [...this.#options.types], streams: [], batch: 1, enabled: true };
  }

  #isWanted({ url, types, streams, batch = 1, enabled }: Sink, wantedUrl: string): boolean {
    const isAll = streams.length === 0 && batch === 1 && enabled;
    const wanted = this.#options.types.toSorted().join();
    return isAll && types.toSorted().join() === wanted && url === wantedUrl;
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
    const { id, secret } = await this.#options.client.sinks.create(this.#wanted(url));
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

  async #keep(kept: Kept): Promise<void> {
    await this.#options.store.commit((tx) => writeMediaState(tx, KEY, kept));
    this.#kept = kept;
  }
}
