import type { Chunk } from "../packager/index.ts";
import type { PartClock } from "./part-clock.ts";

/** A part as a playlist says it. */
export type ListedPart = {
  readonly seconds: number;
  /** A picture that decodes alone is in it (rfc8216bis §4.4.4.9). */
  readonly independent: boolean;
  /** Its media is missing. */
  readonly gap: boolean;
};

/**
 * One track of a segment: what is said of its parts, and its bytes as long as they are kept. A part is
 * a slice of the segment.
 */
export class TrackMedia {
  bytes = 0;
  readonly #parts: ListedPart[] = [];
  readonly #sizes: number[] = [];
  /** Of each part, the frames' own buffers or those joined; empty once the whole is joined. */
  #buffers: (readonly Uint8Array[])[] = [];
  #whole: Buffer | undefined;
  #dropped = false;

  /** `clock`: absent where parts are not listed. */
  add(chunk: Chunk, timescale: number, clock: PartClock | undefined): void {
    this.bytes += chunk.bytes;
    this.#sizes.push(chunk.bytes);
    this.#buffers.push(chunk.buffers);
    if (clock === undefined) return;
    const seconds = clock.say(chunk.duration / timescale, chunk.cutShort);
    const { syncs } = chunk.samples;
    const independent = syncs === "all" || syncs.length > 0;
    this.#parts.push({ seconds, independent, gap: false });
  }

  /** How many parts there are, listed or not. */
  get count(): number {
    return this.#sizes.length;
  }

  get parts(): readonly ListedPart[] {
    return this.#parts;
  }

  /** Whether its bytes are here. */
  get isHeld(): boolean {
    return !this.#dropped;
  }

  /**
   * The bytes, undefined where they were let go. The first reader has the frames joined into one
   * buffer, which then serves everyone: a write of one buffer costs a fraction of one of a hundred.
   */
  whole(): readonly Uint8Array[] | undefined {
    if (this.#dropped) return undefined;
    if (this.#whole === undefined) {
      this.#whole = Buffer.concat(this.#buffers.flat());
      this.#buffers = [];
    }
    return [this.#whole];
  }

  /** The bytes of one part. */
  part(at: number): readonly Uint8Array[] | undefined {
    if (this.#dropped) return undefined;
    if (this.#whole !== undefined) return slice(this.#whole, this.#sizes, at);
    const buffers = this.#buffers[at];
    if (buffers === undefined || buffers.length === 1) return buffers;
    const joined = [Buffer.concat(buffers)];
    this.#buffers[at] = joined;
    return joined;
  }

  /** Lets the bytes go; they are asked for elsewhere from now on. */
  dropBytes(): void {
    this.#dropped = true;
    this.#buffers = [];
    this.#whole = undefined;
  }
}

function slice(whole: Buffer, sizes: readonly number[], at: number): Uint8Array[] | undefined {
  const size = sizes[at];
  if (size === undefined) return undefined;
  let start = 0;
  for (const before of sizes.slice(0, at)) start += before;
  return [whole.subarray(start, start + size)];
}

/** A part that is missing. */
export function missingPart(seconds: number): ListedPart {
  return { seconds, independent: false, gap: true };
}

/** Milliseconds of parts. */
export function lengthOf(parts: readonly ListedPart[]): number {
  return parts.reduce((sum, { seconds }) => sum + seconds * 1000, 0);
}
