import { gzip, gzipSync } from "node:zlib";
import type { TrackKind } from "./served-stretch.ts";

/** What is served at a path of the live window. */
export type LiveAnswer = {
  readonly kind: "playlist" | "media";
  readonly contentType: string;
  /** Ready to send. */
  readonly cacheControl: string;
  readonly body: readonly Uint8Array[];
  /** Strong, with its quotes. */
  readonly etag: string;
  /** The body compressed, where that is worth it: once for all readers. */
  readonly gzip?: () => Uint8Array | Promise<Uint8Array>;
};

/** A segment that is sent while it grows, part by part. */
export type GrowingAnswer = {
  readonly kind: "growing";
  readonly contentType: string;
  readonly cacheControl: string;
  /** Called once, when the head was sent. */
  grow(writer: GrowthWriter): void;
};

/** One viewer's end of it; as `http` has it. */
export interface GrowthWriter {
  write(buffers: readonly Uint8Array[]): void;
  /** The body is whole. */
  end(): void;
  /** The rest will not come: the viewer must not take what he has for the whole. */
  cut(): void;
  /** Calls once when the viewer is gone, or the answer has ended, whoever ended it. One listener. */
  onClose(listener: () => void): void;
}

/** What stands at a path. */
export type LiveReply = LiveAnswer | GrowingAnswer;

const YEAR = 31_536_000;
const PLAYLIST = "application/vnd.apple.mpegurl";
/** Up to here compressing takes less time than handing it to another thread. */
const GZIP_AT_ONCE = 64 * 1024;

/** One version of a playlist: all readers of that version share its bytes. */
export class Rendering {
  /** To be kept for half a target (rfc8216bis §B.1). */
  readonly plain: LiveAnswer;
  /** What was waited for stands in it for good: six targets. */
  readonly blocking: LiveAnswer;
  readonly #body: readonly Uint8Array[];
  #zipped: Uint8Array | Promise<Uint8Array> | undefined;

  constructor(
    body: readonly Uint8Array[],
    etag: string,
    targetDuration: number,
    contentType: string = PLAYLIST,
  ) {
    this.#body = body;
    const answer = (seconds: number): LiveAnswer => ({
      kind: "playlist",
      contentType,
      cacheControl: `public, max-age=${seconds}`,
      body,
      etag,
      gzip: () => this.#gzip(),
    });
    this.plain = answer(Math.max(1, Math.floor(targetDuration / 2)));
    this.blocking = answer(6 * targetDuration);
  }

  #gzip(): Uint8Array | Promise<Uint8Array> {
    if (this.#zipped !== undefined) return this.#zipped;
    const [only] = this.#body;
    const whole = this.#body.length === 1 && only ? only : Buffer.concat(this.#body);
    if (whole.length <= GZIP_AT_ONCE) {
      this.#zipped = gzipSync(whole);
      return this.#zipped;
    }
    const made = new Promise<Uint8Array>((resolve, reject) => {
      gzip(whole, (error, zipped) => (error ? reject(error) : resolve(zipped)));
    });
    this.#zipped = made;
    return made;
  }
}

/** Media never changes under its path, which is its validator too. */
export function mediaAnswer(
  kind: TrackKind,
  path: string,
  body: readonly Uint8Array[] | undefined,
): LiveAnswer | undefined {
  return (
    body && {
      kind: "media",
      contentType: `${kind}/mp4`,
      cacheControl: `public, max-age=${YEAR}, immutable`,
      body,
      etag: `"${path}"`,
    }
  );
}
