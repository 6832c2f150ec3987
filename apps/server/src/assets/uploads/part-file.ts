import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { Fault } from "@oxbow/contract";

/** Read at a time to hash what was written before a restart. */
const CATCH_UP_BYTES = 2 ** 20;

/** The hash of a file so far; it lives as long as the process. */
export type Progress = { hash: Hash; bytes: number };

/** A hash of nothing. */
export function noProgress(): Progress {
  return { hash: createHash("sha256"), bytes: 0 };
}

/** A file that grows at its end, hashed while it is written. */
export class PartFile implements AsyncDisposable {
  readonly #file: FileHandle;
  #progress: Progress;
  #size: number;

  private constructor(file: FileHandle, size: number, progress: Progress) {
    this.#file = file;
    this.#size = size;
    this.#progress = progress;
  }

  /** Opens or makes the file; hashes what a process before this one wrote of it. */
  static async open(path: string, known: Progress): Promise<PartFile> {
    const file = await open(path, "a+", 0o644).catch(refuse);
    try {
      const { size } = await file.stat();
      // Of a file that is shorter than what was hashed, nothing is known.
      const progress = known.bytes > size ? noProgress() : known;
      const buffer = Buffer.allocUnsafeSlow(Math.min(CATCH_UP_BYTES, size - progress.bytes));
      while (progress.bytes < size) {
        const { bytesRead } = await file.read(buffer, 0, buffer.length, progress.bytes);
        if (bytesRead === 0) break;
        progress.hash.update(buffer.subarray(0, bytesRead));
        progress.bytes += bytesRead;
      }
      return new PartFile(file, size, progress);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get size(): number {
    return this.#size;
  }

  get progress(): Progress {
    return this.#progress;
  }

  /** Where one may come back to. */
  mark(): Progress {
    return { hash: this.#progress.hash.copy(), bytes: this.#progress.bytes };
  }

  /** Appends. Fault `storage_full`, `storage_failed`. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, at).catch(refuse);
      this.#progress.hash.update(bytes.subarray(at, at + bytesWritten));
      at += bytesWritten;
      this.#size += bytesWritten;
      this.#progress.bytes = this.#size;
    }
  }

  /** Forgets what came after the mark. */
  async rewind(mark: Progress): Promise<void> {
    await this.#file.truncate(mark.bytes);
    this.#progress = mark;
    this.#size = mark.bytes;
  }

  /** Makes the bytes durable; hex of their SHA-256. */
  async settle(): Promise<string> {
    await this.#file.sync().catch(refuse);
    return this.#progress.hash.copy().digest("hex");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

function refuse(cause: unknown): never {
  const full = cause instanceof Error && "code" in cause && cause.code === "ENOSPC";
  if (full)
    throw new Fault("storage_full", "The disk is full; the upload may go on later", { cause });
  throw new Fault("storage_failed", "Cannot write the upload", { cause });
}
