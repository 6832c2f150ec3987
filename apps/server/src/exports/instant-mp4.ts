import { open } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { MoviePlan } from "./plan/index.ts";

/** A piece of a response: bytes from memory, or a range of a file. */
export type InstantPiece =
  | Uint8Array
  | { readonly path: string; readonly offset: number; readonly bytes: number };

/** An MP4 that exists as a plan: any of its bytes can be sent, and it is always the same file. */
export type InstantMp4 = {
  /** `Content-Length`, exact. */
  readonly bytes: number;
  /** Strong, with its quotes. */
  readonly etag: string;
  readonly durationMs: Millis;
  /** What to send for `[start, end)`, in order. */
  pieces(start: number, end: number): readonly InstantPiece[];
  /**
   * The bytes of `[start, end)`. A buffer is good until the next one is asked for.
   * Fault `source_media_lost` where an archive file is gone or shorter than its index says.
   */
  read(start: number, end: number): AsyncIterable<Uint8Array>;
};

/** Large reads: a file that is read by 64 kB costs four times as much. */
const READ_BYTES = 1024 * 1024;
const NOTHING = new Uint8Array(8192);

/** Serves a plan: the header from memory, the media from the archive's files. */
export function servePlan(plan: MoviePlan): InstantMp4 {
  return {
    bytes: plan.bytes,
    etag: `"${plan.digest}"`,
    durationMs: plan.durationMs,
    pieces: (start, end) => [...piecesOf(plan, start, end)],
    read: (start, end) => read(plan, start, end),
  };
}

/** The first piece that ends after `at`. */
function firstAfter({ pieces }: MoviePlan, at: number): number {
  let [low, high] = [0, pieces.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const end = (pieces.target[middle] ?? 0) + (pieces.bytes[middle] ?? 0);
    if (end > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function* piecesOf(plan: MoviePlan, start: number, end: number): Generator<InstantPiece> {
  const { headerParts, headerBytes, pieces } = plan;
  let before = 0;
  for (const part of start < headerBytes ? headerParts : []) {
    const [from, to] = [Math.max(start, before), Math.min(end, before + part.length)];
    if (from < to) yield part.subarray(from - before, to - before);
    before += part.length;
  }
  let at = Math.max(start, Math.min(end, headerBytes));
  for (let piece = firstAfter(plan, at); at < end && piece < pieces.count; piece += 1) {
    const target = pieces.target[piece] ?? 0;
    while (at < Math.min(target, end)) {
      const zeros = Math.min(NOTHING.length, target - at, end - at);
      yield NOTHING.subarray(0, zeros);
      at += zeros;
    }
    if (at >= end) return;
    const until = Math.min(end, target + (pieces.bytes[piece] ?? 0));
    const path = pieces.files[pieces.file[piece] ?? 0] ?? "";
    yield { path, offset: (pieces.source[piece] ?? 0) + at - target, bytes: until - at };
    at = until;
  }
}

/**
 * Reads pieces by the megabyte: small ones that stand near each other in a file (a `moof` between them)
 * come by one read. One buffer is used for all.
 */
async function* read(plan: MoviePlan, start: number, end: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, Math.max(1, end - start)));
  const window = new FileWindow(buffer);
  try {
    for (const piece of piecesOf(plan, start, end)) {
      if (piece instanceof Uint8Array) {
        yield piece;
        continue;
      }
      for (let at = 0; at < piece.bytes; ) {
        const bytes = await window.at(piece.path, piece.offset + at, piece.bytes - at);
        yield bytes;
        at += bytes.length;
      }
    }
  } finally {
    await window.close();
  }
}

/** A window that moves forward over files. */
class FileWindow {
  readonly #buffer: Buffer;
  #path: string | undefined;
  #file: Awaited<ReturnType<typeof open>> | undefined;
  #offset = 0;
  #filled = 0;

  constructor(buffer: Buffer) {
    this.#buffer = buffer;
  }

  /** At least one byte and at most `bytes` of them, from `offset`. */
  async at(path: string, offset: number, bytes: number): Promise<Uint8Array> {
    const inside = path === this.#path && offset >= this.#offset;
    if (!inside || offset >= this.#offset + this.#filled) await this.#move(path, offset);
    const from = offset - this.#offset;
    return this.#buffer.subarray(from, Math.min(this.#filled, from + bytes));
  }

  async #move(path: string, offset: number): Promise<void> {
    const lost = (cause?: unknown): Fault =>
      new Fault("source_media_lost", `The archive file "${path}" is gone or too short`, { cause });
    if (path !== this.#path || this.#file === undefined) {
      await this.close();
      this.#file = await open(path, "r").catch((error: unknown) => {
        throw lost(error);
      });
      this.#path = path;
    }
    const { bytesRead } = await this.#file.read(this.#buffer, 0, this.#buffer.length, offset);
    if (bytesRead === 0) throw lost();
    this.#offset = offset;
    this.#filled = bytesRead;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    this.#path = undefined;
    this.#filled = 0;
  }
}
