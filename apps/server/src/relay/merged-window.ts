import { configBody, FRAME_HEADER_BYTES, writeFrameHeader } from "@oxbow/containers";
import { type Frame, type Millis, rescale, type Track } from "@oxbow/media";
import { isDisposable } from "./disposable.ts";
import { framed, framing, metadataFor, type WireFormat, wireMessage } from "./wire-format.ts";

/** Which frames a reader gets: all; those that others need; no pictures. */
export type Keep = "all" | "reference" | "audio";

/** Bytes for one write, shared by all who get them. */
export type Encoded = { readonly buffers: readonly Uint8Array[]; readonly bytes: number };

/** The header of a frame, while it is written. */
const head = Buffer.alloc(FRAME_HEADER_BYTES);

/**
 * Frames that came within one merge window: the unit in which readers are served. Made into bytes
 * once for each format and choice of frames, when somebody wants them.
 */
export class MergedWindow {
  /** When it was closed. */
  readonly at: Millis;
  readonly tracks: readonly Track[];
  /** The tracks are others than those of the window before: their headers are among the bytes. */
  readonly changed: boolean;
  /** Begins at a picture that a decoder can start at; always so where there are no pictures. */
  readonly key: boolean;
  readonly frames: readonly Frame[];
  /** Decode time of each frame in milliseconds, as readers get it. */
  readonly times: readonly number[];
  /** Sum of the frames' bytes. */
  readonly bytes: number;
  readonly #made: { format: WireFormat; keep: Keep; encoded: Encoded }[] = [];

  constructor(
    what: Pick<MergedWindow, "at" | "tracks" | "changed" | "key" | "frames" | "times" | "bytes">,
  ) {
    this.at = what.at;
    this.tracks = what.tracks;
    this.changed = what.changed;
    this.key = what.key;
    this.frames = what.frames;
    this.times = what.times;
    this.bytes = what.bytes;
  }

  /** The bytes for readers of `format`. */
  encoded(format: WireFormat, keep: Keep): Encoded {
    for (const made of this.#made) {
      if (made.format === format && made.keep === keep) return made.encoded;
    }
    const encoded = this.#encode(format, keep);
    this.#made.push({ format, keep, encoded });
    return encoded;
  }

  /** What a reader of `format` is sent before this window where he begins with it. */
  opening(format: WireFormat): Buffer {
    const { before, after } = framing(format);
    // A window whose tracks changed brings the headers by itself.
    const headers = this.changed ? [] : [this.#headers(format)];
    const parts = [
      Buffer.alloc(before),
      format.opening(this.tracks),
      ...headers,
      Buffer.alloc(after),
    ];
    const out = Buffer.concat(parts);
    if (out.length === before + after) return out.subarray(0, 0);
    return framed(format, out, out.length - after);
  }

  /** `onMetaData` and the configuration of each track. */
  #headers(format: WireFormat): Buffer {
    const time = this.times[0] ?? 0;
    const bodies = this.tracks.flatMap(({ config }) => {
      const body = configBody(config);
      return body ? [wireMessage(format, config.kind, time, body)] : [];
    });
    // At 0, whatever the time is: ffmpeg takes one that stands later for subtitles.
    return Buffer.concat([wireMessage(format, "script", 0, metadataFor(this.tracks)), ...bodies]);
  }

  #encode(format: WireFormat, keep: Keep): Encoded {
    const headers = this.changed ? this.#headers(format) : undefined;
    // Room for all; what is left out stays unused.
    const { before, after } = framing(format);
    let room = before + after + (headers?.length ?? 0);
    for (let index = 0; index < this.frames.length; index++) {
      const size = FRAME_HEADER_BYTES + (this.frames[index]?.data.length ?? 0);
      room += format.bytes(size, this.times[index] ?? 0);
    }
    const out = Buffer.allocUnsafeSlow(room);
    let at = before + (headers?.copy(out, before) ?? 0);
    for (let index = 0; index < this.frames.length; index++) {
      at = this.#write(out, at, index, format, keep);
    }
    if (at === before) return { buffers: [], bytes: 0 };
    const whole = framed(format, out, at);
    return { buffers: [whole], bytes: whole.length };
  }

  #write(out: Buffer, at: number, index: number, format: WireFormat, keep: Keep): number {
    const frame = this.frames[index];
    const track = this.tracks.find(({ id }) => id === frame?.track);
    if (!frame || !track) return at;
    const { config, timescale } = track;
    if (config.kind === "video") {
      if (keep === "audio") return at;
      if (keep === "reference" && isDisposable(frame, config)) return at;
    }
    // Both ends rounded by themselves: presentation times do not drift against decode times.
    const decode = rescale(frame.dts, timescale, 1000);
    const composition = rescale(frame.dts + frame.cto, timescale, 1000) - decode;
    const headBytes = writeFrameHeader(head, config, frame, composition);
    const time = this.times[index] ?? 0;
    return format.write(out, at, config.kind, time, head, headBytes, frame.data);
  }
}
