import { PublishRefused, publishRtmp, type RtmpPublisher } from "@oxbow/rtmp";
import type { Client } from "@oxbow/sdk";
import { type Publishing, SiteFault, type TestStream } from "@oxbow/site-contract";
import { type ChannelRow, streamOf } from "../channels/index.ts";
import { mediaFault } from "../media/index.ts";
import type { Store } from "../store/index.ts";
import { tellUpdate } from "../updates/index.ts";
import type { World } from "../world.ts";
import { type FfmpegChild, startFfmpeg } from "./ffmpeg-child.ts";
import { publishFlv } from "./publish-flv.ts";
import { type EncoderProbe, probeEncoder, testStreamArguments } from "./synthetic-picture.ts";

/** Seconds after which a test stream ends by itself. */
const LONGEST = 600;
/** Test streams at a time: each takes a good part of a processor. */
const MOST = 3;
/** The longest that the media server may take to let it in, and to see it off, in milliseconds. */
const PATIENCE = 5_000;

export type TestStreamParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  /** The ffmpeg program. */
  readonly ffmpeg: string;
  /** How many may run at a time; 3 unless told. */
  readonly most?: number;
};

type Running = TestStream & { readonly child: FfmpegChild };

/**
 * Encoders that publish a test picture, one for a channel. ffmpeg only makes the picture: it is this
 * process that publishes it, as a program's arguments, and so a key in them, can be read by everybody on
 * the machine. Ends with `await using`.
 */
export class TestStreams {
  readonly #parts: TestStreamParts;
  readonly #running = new Map<string, Running>();
  /** By channel, whose encoder is about to be started. */
  readonly #starting = new Map<string, Promise<TestStream>>();
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
   * `encoder_missing`, `test_running`, `already_live`, `test_limit`, `test_refused`; with
   * `media_server_away`.
   */
  async start(channel: ChannelRow): Promise<TestStream> {
    const probe = await this.#able();
    if (!probe.can) throw refused(`${probe.missing}_missing`, "ffmpeg with libx264 is not there");
    if (this.#running.has(channel.id) || this.#starting.has(channel.id))
      throw refused("test_running", "A test stream runs already");
    const { most = MOST } = this.#parts;
    if (this.#closing || this.#running.size + this.#starting.size >= most)
      throw refused("test_limit", `There are ${most} test streams already`);
    const started = this.#publish(channel, probe.text);
    this.#starting.set(channel.id, started);
    try {
      return await started;
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
    await Promise.allSettled(this.#starting.values());
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
    const publisher = await admitted(url);
    const child = await startFfmpeg(ffmpeg, testStreamArguments(LONGEST, text));
    const now = world.now();
    const startedAt = new Date(now).toISOString();
    const endsAt = new Date(now + LONGEST * 1000).toISOString();
    this.#running.set(channel.id, { child, startedAt, endsAt });
    const end = this.#watch(channel.id, child, publisher).finally(() => this.#ends.delete(end));
    this.#ends.add(end);
    await this.#tell(channel.id);
    return { startedAt, endsAt };
  }

  async #watch(channel: string, child: FfmpegChild, publisher: RtmpPublisher): Promise<void> {
    const { log } = this.#parts.world;
    // The broadcast was ended, or the key reset: nobody takes the picture any more.
    void publisher.closed.then(() => child.stop());
    await publishFlv(child.output, publisher).catch((err: unknown) => {
      log.warn({ err, channel }, "what ffmpeg made was not published");
    });
    const { code, words: said } = await child.ended;
    this.#running.delete(channel);
    if (code === 0 || code === 255) log.info({ channel }, "test stream ended");
    else log.warn({ channel, code, said }, "test stream failed");
    await this.#tell(channel);
  }

  /** A full disk does not stop a test stream: pages that look anew see it. */
  async #tell(channel: string): Promise<void> {
    const { store, world } = this.#parts;
    const data = { running: this.#shown(channel) };
    try {
      await store.commit((tx) =>
        tellUpdate(tx, world, { topic: `channel:${channel}`, type: "channel.test", data }),
      );
    } catch (err) {
      world.log.error({ err, channel }, "a test stream's state was not told");
    }
  }

  #shown(channel: string): TestStream | null {
    const running = this.#running.get(channel);
    return running === undefined ? null : { startedAt: running.startedAt, endsAt: running.endsAt };
  }
}

/** A publication that the media server has let in. Throws SiteFault. */
async function admitted(url: string): Promise<RtmpPublisher> {
  try {
    const connect = { flashVer: "Oxbow test stream" };
    return await publishRtmp({ url, connect, timeoutMs: PATIENCE });
  } catch (cause) {
    if (cause instanceof PublishRefused) throw refused("test_refused", cause.message);
    const message = "The media server can't be reached where encoders publish";
    throw new SiteFault("media_server_away", message, { reason: "rtmp_unreachable", cause });
  }
}

const refused = (reason: string, message: string): SiteFault =>
  new SiteFault("conflict", message, { reason });
