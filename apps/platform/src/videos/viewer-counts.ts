import { setTimeout as wait } from "node:timers/promises";
import type { Client } from "@oxbow/sdk";
import { channelById } from "../channels/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";
import type { VideoRow } from "./video-row.ts";

/** How often the figure of a video that somebody watches is taken, in milliseconds. */
const EVERY = 10_000;
/** The longest that the media server may take for one. */
const PATIENCE = 3_000;
/** Videos whose figures are taken in one round. */
const MOST_AT_ONCE = 50;

export type Viewers = { readonly now: number; readonly peak: number };

export type ViewerParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Pick<Client, "streams">;
  /** How many pages look at a video now. */
  readonly lookers: (video: string) => number;
  /** Tells those pages; it is not kept. */
  readonly tell: (video: string, gauge: { readonly viewers: number }) => void;
};

type Taken = { readonly at: number; readonly viewers: Viewers };

/** How many watch what is on air: asked of the media server while somebody looks. Ends with `await using`. */
export class ViewerCounts implements AsyncDisposable {
  readonly #parts: ViewerParts;
  /** By channel. */
  readonly #taken = new Map<string, Taken>();
  readonly #asked = new Map<string, Promise<Viewers | null>>();
  readonly #ending = new AbortController();
  readonly #rounds: Promise<void>;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
    this.#rounds = this.#repeat();
  }

  /** Of a video on air, at most some seconds old; null where it is not, or the media server is away. */
  async of(video: Pick<VideoRow, "channel" | "state">): Promise<Viewers | null> {
    if (video.state !== "live" && video.state !== "interrupted") return null;
    const taken = this.#taken.get(video.channel);
    if (taken !== undefined && this.#parts.world.now() - taken.at < EVERY / 2) return taken.viewers;
    const running = this.#asked.get(video.channel);
    if (running !== undefined) return running;
    const asked = this.#ask(video.channel).finally(() => this.#asked.delete(video.channel));
    this.#asked.set(video.channel, asked);
    return asked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#rounds;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        await this.#round();
      } catch (err) {
        this.#parts.world.log.warn({ err }, "viewers could not be counted");
      }
      await wait(EVERY, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const { store, lookers, tell } = this.#parts;
    const onAir = await store.db
      .selectFrom("videos")
      .select(["id", "channel", "state"])
      .where("state", "in", ["live", "interrupted"])
      .execute();
    const channels = new Set(onAir.map(({ channel }) => channel));
    for (const channel of this.#taken.keys())
      if (!channels.has(channel)) this.#taken.delete(channel);
    const watched = onAir.filter(({ id }) => lookers(id) > 0).slice(0, MOST_AT_ONCE);
    await Promise.all(
      watched.map(async (video) => {
        const viewers = await this.of(video);
        if (viewers !== null) tell(video.id, { viewers: viewers.now });
      }),
    );
  }

  async #ask(channel: string): Promise<Viewers | null> {
    const { store, world, media } = this.#parts;
    const stream = (await channelById(store.db, channel))?.stream;
    if (!stream) return null;
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(PATIENCE)]);
    try {
      const { viewers = { now: 0, peak: 0 } } = await media.streams.get(stream, { signal });
      this.#taken.set(channel, { at: world.now(), viewers });
      return viewers;
    } catch (err) {
      // A page shows no figure then; who runs the site hears of it elsewhere.
      world.log.debug({ err, channel }, "viewers are not known");
      return null;
    }
  }
}
