import type { Client } from "@oxbow/sdk";
import { type Publishing, SiteFault, type TestStream } from "@oxbow/site-contract";
import { type ChannelRow, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Store } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { type FfmpegChild, startFfmpeg } from "./ffmpeg-child.ts";
import { type EncoderProbe, probeEncoder, testStreamArguments } from "./synthetic-picture.ts";

/** Seconds after which a test stream ends by itself. */
const LONGEST = 600;
/** Test streams at a time: each takes a good part of a processor. */
const MOST = 3;

export type TestStreamParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  /** The ffmpeg program. */
  readonly ffmpeg: string;
};

type Running = TestStream & { readonly child: FfmpegChild };

/** Encoders of this process that publish a test picture, one for a channel. Ends with `await using`. */
export class TestStreams {
  readonly #parts: TestStreamParts;
  readonly #running = new Map<string, Running>();
  /** Channels whose encoder is about to be started. */
  readonly #starting = new Set<string>();
  readonly #ends = new Set<Promise<void>>();
  #probe: Promise<EncoderProbe> | undefined;
  #closing = false;

  constructor(parts: TestStreamParts) {
    this.#parts = parts;
  }

  /** What runs for a channel, and what stands in the way. */
  async of(channel: string): Promise<Publishing["test"]> {
    const probe = await this.#able();
    return { running: this.#shown(channel), missing: probe.can ? null : probe.missing };
  }

  /**
   * Publishes to a channel with its own key. Refuses with `conflict`: `ffmpeg_missing`,
   * `encoder_missing`, `test_running`, `already_live`, `test_limit`.
   */
  async start(channel: ChannelRow): Promise<TestStream> {
    const probe = await this.#able();
    if (!probe.can) throw refused(`${probe.missing}_missing`, "ffmpeg with libx264 is not there");
    if (this.#running.has(channel.id) || this.#starting.has(channel.id))
      throw refused("test_running", "A test stream runs already");
    if (this.#closing || this.#running.size + this.#starting.size >= MOST)
      throw refused("test_limit", `There are ${MOST} test streams already`);
    this.#starting.add(channel.id);
    try {
      return await this.#publish(channel, probe.text);
    } finally {
      this.#starting.delete(channel.id);
    }
  }

  /** Ends a channel's test stream; harmless where none runs. */
  async stop(channel: string): Promise<void> {
    await this.#running.get(channel)?.child.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#running.values()].map(({ child }) => child.stop()));
    await Promise.all(this.#ends);
  }

  /** Looked for once; again while it is missing, as somebody may install it. */
  async #able(): Promise<EncoderProbe> {
    this.#probe ??= probeEncoder(this.#parts.ffmpeg);
    const probe = await this.#probe;
    if (!probe.can) this.#probe = undefined;
    return probe;
  }

  async #publish(channel: ChannelRow, text: boolean): Promise<TestStream> {
    const { media, ffmpeg, world } = this.#parts;
    const stream = await media.streams.get(streamOf(channel)).catch((error: unknown) => {
      throw mediaFault(error);
    });
    // An interrupted broadcast waits for an encoder: a test stream would go on with somebody's show.
    if (stream.state !== "offline")
      throw refused("already_live", "The channel is on air, or was a moment ago");
    const { url } = stream.publish.rtmp;
    if (url === null) throw new SiteFault("internal", "The API key may not read stream keys");
    const child = await startFfmpeg(ffmpeg, testStreamArguments(url, LONGEST, text));
    const now = world.now();
    const startedAt = new Date(now).toISOString();
    const endsAt = new Date(now + LONGEST * 1000).toISOString();
    this.#running.set(channel.id, { child, startedAt, endsAt });
    const end = this.#watch(channel.id, child).finally(() => this.#ends.delete(end));
    this.#ends.add(end);
    await this.#tell(channel.id);
    return { startedAt, endsAt };
  }

  async #watch(channel: string, child: FfmpegChild): Promise<void> {
    const { code, words } = await child.ended;
    this.#running.delete(channel);
    const { log } = this.#parts.world;
    // What it says holds the URL that it publishes to, and so the key.
    const said = words.replaceAll(/rtmps?:\/\/\S+/g, "the media server");
    if (code === 0 || code === 255) log.info({ channel }, "test stream ended");
    else log.warn({ channel, code, said }, "test stream failed");
    await this.#tell(channel).catch((error: unknown) => {
      log.error({ err: error, channel }, "cannot tell that a test stream ended");
    });
  }

  #tell(channel: string): Promise<void> {
    const { store, world } = this.#parts;
    const data = { running: this.#shown(channel) };
    return store.commit((tx) =>
      tellUpdate(tx, world, { topic: `channel:${channel}`, type: "channel.test", data }),
    );
  }

  #shown(channel: string): TestStream | null {
    const running = this.#running.get(channel);
    return running === undefined ? null : { startedAt: running.startedAt, endsAt: running.endsAt };
  }
}

const refused = (reason: string, message: string): SiteFault =>
  new SiteFault("conflict", message, { reason });
