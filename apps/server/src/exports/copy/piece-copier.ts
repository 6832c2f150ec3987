import { readSync, writevSync } from "node:fs";
import type { CopyPieces } from "../plan/movie-plan.ts";
import { CopyFailure, diskFailure } from "./copy-failure.ts";
import { type KernelCopy, KernelCopyRefused } from "./kernel-copy.ts";

/** Bytes moved between two looks at whether to stop: even a slow disk takes them in well under a second. */
const STEP = 8 * 1024 * 1024;
const WINDOW = 4 * 1024 * 1024;
/** Pieces below this are gathered: one read and one write for many. */
const KERNEL_LEAST = 1024 * 1024;

/**
 * Copies pieces into an open file, in order. Large pieces are moved by the kernel where it can; small
 * ones, and all where it can't, go through one buffer: a read of 4 MiB and one `writev` of the wanted
 * parts of it.
 */
export class PieceCopier {
  readonly #pieces: CopyPieces;
  readonly #target: number;
  readonly #open: (file: string) => number;
  readonly #window = Buffer.allocUnsafeSlow(WINDOW);
  #kernel: KernelCopy | undefined;
  #at = 0;
  /** Bytes of the current piece that are done. */
  #done = 0;

  constructor(options: {
    readonly pieces: CopyPieces;
    /** Descriptor of the file that is written. */
    readonly target: number;
    /** Descriptor of an archive file. */
    readonly open: (file: string) => number;
    readonly kernel: KernelCopy | undefined;
  }) {
    this.#pieces = options.pieces;
    this.#target = options.target;
    this.#open = options.open;
    this.#kernel = options.kernel;
  }

  get how(): "kernel" | "plain" {
    return this.#kernel === undefined ? "plain" : "kernel";
  }

  /** Copies a few megabytes; gives the end of what is written, undefined when all is. */
  step(): number | undefined {
    const { pieces } = this;
    if (this.#at >= pieces.count) return undefined;
    const left = (pieces.bytes[this.#at] ?? 0) - this.#done;
    if (this.#kernel !== undefined && left >= KERNEL_LEAST) this.#byKernel(this.#kernel, left);
    else this.#byWindow();
    if (this.#at >= pieces.count) {
      const last = pieces.count - 1;
      return (pieces.target[last] ?? 0) + (pieces.bytes[last] ?? 0);
    }
    return (pieces.target[this.#at] ?? 0) + this.#done;
  }

  get pieces(): CopyPieces {
    return this.#pieces;
  }

  #byKernel(kernel: KernelCopy, left: number): void {
    const { file, source, target } = this.#placeOf(this.#at);
    try {
      const moved = kernel(this.#open(file), source, this.#target, target, Math.min(left, STEP));
      if (moved === 0) throw tooShort(file, source);
      this.#advance(moved);
    } catch (error) {
      if (!(error instanceof KernelCopyRefused)) throw diskFailure(error, "Cannot copy", "target");
      this.#kernel = undefined;
    }
  }

  /** One read, and one write of the pieces that lie in it one after another. */
  #byWindow(): void {
    const first = this.#placeOf(this.#at);
    const parts: Buffer[] = [];
    let [read, wanted] = [0, 0];
    for (let at = this.#at; at < this.#pieces.count; at += 1) {
      const place = this.#placeOf(at);
      const begin = place.source - first.source;
      const adjacent = place.file === first.file && place.target === first.target + wanted;
      if (!adjacent || begin < 0 || begin >= WINDOW) break;
      const end = Math.min(WINDOW, begin + place.left);
      parts.push(this.#window.subarray(begin, end));
      read = end;
      wanted += end - begin;
      if (end < begin + place.left) break;
    }
    this.#fill(first.file, first.source, read);
    this.#write(parts, first.target, wanted);
    this.#advance(wanted);
  }

  #fill(file: string, source: number, bytes: number): void {
    const descriptor = this.#open(file);
    for (let filled = 0; filled < bytes; ) {
      const got = readFrom(descriptor, this.#window, filled, bytes - filled, source + filled);
      if (got === 0) throw tooShort(file, source + filled);
      filled += got;
    }
  }

  #write(parts: readonly Buffer[], target: number, bytes: number): void {
    let rest = parts;
    for (let written = 0; written < bytes; ) {
      try {
        const count = writevSync(this.#target, rest, target + written);
        written += count;
        if (written < bytes) rest = after(rest, count);
      } catch (error) {
        throw diskFailure(error, "Cannot write the export", "target");
      }
    }
  }

  #placeOf(at: number): { file: string; source: number; target: number; left: number } {
    const { pieces } = this;
    const done = at === this.#at ? this.#done : 0;
    return {
      file: pieces.files[pieces.file[at] ?? 0] ?? "",
      source: (pieces.source[at] ?? 0) + done,
      target: (pieces.target[at] ?? 0) + done,
      left: (pieces.bytes[at] ?? 0) - done,
    };
  }

  #advance(bytes: number): void {
    this.#done += bytes;
    while (this.#at < this.#pieces.count && this.#done >= (this.#pieces.bytes[this.#at] ?? 0)) {
      this.#done -= this.#pieces.bytes[this.#at] ?? 0;
      this.#at += 1;
    }
  }
}

function readFrom(fd: number, into: Buffer, at: number, bytes: number, position: number): number {
  try {
    return readSync(fd, into, at, bytes, position);
  } catch (error) {
    throw diskFailure(error, "Cannot read the archive", "source");
  }
}

/** What is left of buffers after their first `bytes`. */
function after(parts: readonly Buffer[], bytes: number): readonly Buffer[] {
  let skip = bytes;
  const rest: Buffer[] = [];
  for (const part of parts) {
    if (skip >= part.length) skip -= part.length;
    else {
      rest.push(part.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

function tooShort(file: string, at: number): CopyFailure {
  return new CopyFailure(
    "source_media_lost",
    `The archive file "${file}" ends at byte ${at}, before its index`,
  );
}
