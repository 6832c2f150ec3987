import { Counter } from "prom-client";
import type { World } from "../world.ts";
import { Channel, type ChannelLimits } from "./channel.ts";
import type { Reader, ReaderEnd, ReaderWriter } from "./reader.ts";
import {
  chunkedFlvFormat,
  flvFormat,
  LAST_CHUNK,
  rtmpFormat,
  type WireFormat,
} from "./wire-format.ts";

const LIMITS: ChannelLimits = {
  bytes: 16 * 1024 * 1024,
  keptMs: 8_000,
  groupMs: 20_000,
  soundMs: 1_000,
  windowBytes: 256 * 1024,
  queuedBytes: 256 * 1024,
  lateMs: 1_500,
  tooLateMs: 4_000,
  stalledMs: 10_000,
  behindMs: 60_000,
};

export type RelayOptions = {
  readonly world: World;
  /** Milliseconds for which frames of a stream are gathered into one write. */
  readonly windowMs: (stream: string) => number;
  readonly limits?: Partial<ChannelLimits>;
};

/** An answer over HTTP without an end. */
export type FlvAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly headers: Readonly<Record<string, string>>;
  open(writer: FlvWriter): void;
  /** The same for HTTP/1.1: each buffer is a chunk, the last one ends the body. */
  readonly chunked?: Omit<FlvAnswer, "chunked">;
};

/** The connection of one viewer over HTTP. */
export interface FlvWriter extends Omit<ReaderWriter, "close"> {
  /** Calls once when the viewer is gone. */
  onClose(listener: () => void): void;
  close(): void;
}

/** A reader that is served, from join to leave. */
export type Reading = {
  readonly bytes: number;
  pause(paused: boolean): void;
  leave(): void;
};

/** Streams as they come, for players that want them without segments: HTTP-FLV and RTMP. */
export class Relay implements Disposable {
  readonly #options: RelayOptions;
  readonly #limits: ChannelLimits;
  /** What is on air, by the stream's id. */
  readonly #onAir = new Map<string, Channel>();
  /** Those of them that have ended and still have readers too. */
  readonly #channels = new Set<Channel>();
  readonly #slow: Counter<"protocol">;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#slow = new Counter({
      name: "oxbow_relay_slow_readers_total",
      help: "Readers of HTTP-FLV and RTMP that were shown out because they did not take what came",
      labelNames: ["protocol"],
      registers: [options.world.metrics],
    });
  }

  /** Follows the frames of a broadcast that begins. */
  tap(stream: { readonly id: string }): Channel {
    const { world, windowMs } = this.#options;
    const channel: Channel = new Channel({
      now: world.now,
      windowMs: windowMs(stream.id),
      limits: this.#limits,
      slow: (format) => this.#slow.inc({ protocol: format === rtmpFormat ? "rtmp" : "flv" }),
      over: () => {
        this.#channels.delete(channel);
        if (this.#onAir.get(stream.id) === channel) this.#onAir.delete(stream.id);
      },
    });
    this.#channels.add(channel);
    this.#onAir.set(stream.id, channel);
    return channel;
  }

  /** Whether a stream can be read now. */
  isOnAir(stream: string): boolean {
    return this.#onAir.get(stream)?.ended === false;
  }

  /** HTTP-FLV of a stream; undefined where it is not on air. */
  flv(stream: string): FlvAnswer | undefined {
    if (!this.isOnAir(stream)) return undefined;
    const contentType = "video/x-flv";
    const cacheControl = "no-store";
    // nginx would gather what is to be shown at once.
    const headers = { "X-Accel-Buffering": "no" };
    const open = (writer: FlvWriter, format: WireFormat) => {
      const reading = this.#join(stream, writer, format);
      if (reading) writer.onClose(() => reading.leave());
      else writer.close();
    };
    return {
      contentType,
      cacheControl,
      headers,
      open: (writer) => open(writer, flvFormat),
      chunked: {
        contentType,
        cacheControl,
        headers: { ...headers, "Transfer-Encoding": "chunked" },
        open: (writer) => open(new ChunkedWriter(writer), chunkedFlvFormat),
      },
    };
  }

  /** RTMP messages of a stream; undefined where it is not on air. */
  rtmp(stream: string, writer: ReaderWriter): Reading | undefined {
    return this.#join(stream, writer, rtmpFormat);
  }

  #join(stream: string, writer: ReaderWriter, format: WireFormat): Reading | undefined {
    const channel = this.#onAir.get(stream);
    if (!channel || channel.ended) return undefined;
    return new Joined(channel, channel.join(writer, format));
  }

  [Symbol.dispose](): void {
    for (const channel of [...this.#channels]) channel.dismiss();
  }
}

/** Ends a body of chunks as whole where the broadcast has ended, and only there. */
class ChunkedWriter implements FlvWriter {
  readonly #writer: FlvWriter;

  constructor(writer: FlvWriter) {
    this.#writer = writer;
  }

  get queuedBytes(): number {
    return this.#writer.queuedBytes;
  }

  write(buffers: readonly Uint8Array[]): boolean {
    return this.#writer.write(buffers);
  }

  onClose(listener: () => void): void {
    this.#writer.onClose(listener);
  }

  close(reason?: ReaderEnd): void {
    if (reason === "ended") this.#writer.write([LAST_CHUNK]);
    this.#writer.close();
  }
}

class Joined implements Reading {
  readonly #channel: Channel;
  readonly #reader: Reader;

  constructor(channel: Channel, reader: Reader) {
    this.#channel = channel;
    this.#reader = reader;
  }

  get bytes(): number {
    return this.#reader.bytes;
  }

  pause(paused: boolean): void {
    if (paused) this.#channel.leave(this.#reader);
    else this.#channel.rejoin(this.#reader);
  }

  leave(): void {
    this.#channel.leave(this.#reader);
  }
}
