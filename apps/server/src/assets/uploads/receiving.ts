import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import { noProgress, PartFile, type Progress } from "./part-file.ts";

/** The digest that a client sends with a piece. */
export type Checksum = {
  readonly algorithm: "sha1" | "sha256" | "md5";
  readonly digest: Uint8Array;
};

/** One piece of a file. */
export type Piece = {
  /** The size that the sender knows the file to have. */
  readonly offset: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What there was before is thrown away. */
  readonly fresh?: true;
  /** Ends the chunks, by an error if need be: another sender has come. */
  readonly stop: () => void;
  readonly checksum?: Checksum;
};

/** What a piece came to. */
export type Received = { readonly offset: number; readonly sha256?: string };

/** Hashes that are kept between two pieces; what is let go is made again from the file. */
const MOST_KEPT = 256;

/** Files on their way, one sender at a time for each. */
export class Receiving {
  readonly #progress = new Map<string, Progress>();
  readonly #running = new Map<string, { stop(): void; readonly over: Promise<unknown> }>();

  /** Bytes that there are of a file. */
  async size(id: string, path: string): Promise<number> {
    await this.#takeOver(id);
    return sizeOf(path);
  }

  /**
   * Appends a piece; what a sender who is lost has sent stays. A new sender ends the one before: his
   * connection may be gone without a word. Fault `conflict` where the offset is not the end,
   * `payload_too_large` beyond the size that was told, `checksum_mismatch`.
   */
  async receive(
    file: { id: string; path: string; bytes: number },
    piece: Piece,
  ): Promise<Received> {
    // Nothing is awaited between the last look and the next sender's place: there is one at a time.
    for (let before = this.#running.get(file.id); before; before = this.#running.get(file.id)) {
      before.stop();
      await before.over;
    }
    const work = this.#append(file, piece);
    const over = work.catch(() => undefined);
    const running = { stop: piece.stop, over };
    this.#running.set(file.id, running);
    try {
      return await work;
    } finally {
      if (this.#running.get(file.id) === running) this.#running.delete(file.id);
    }
  }

  /** Ends whoever is sending, and forgets the file. */
  async forget(id: string): Promise<void> {
    await this.#takeOver(id);
    this.#progress.delete(id);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.#takeOver(id)));
  }

  async #takeOver(id: string): Promise<void> {
    const before = this.#running.get(id);
    before?.stop();
    await before?.over;
  }

  async #append(
    { id, path, bytes }: { id: string; path: string; bytes: number },
    { offset, chunks, checksum, fresh }: Piece,
  ): Promise<Received> {
    await using part = await PartFile.open(path, this.#progress.get(id) ?? noProgress());
    if (fresh) await part.rewind(noProgress());
    this.#keep(id, part.progress);
    if (part.size !== offset) {
      throw new Fault("conflict", `The upload stands at ${part.size}, not ${offset}`, {
        details: { offset: part.size },
      });
    }
    const mark = checksum && part.mark();
    const digest = checksum && createHash(checksum.algorithm);
    for await (const chunk of untilLost(chunks)) {
      if (part.size + chunk.length > bytes) {
        throw new Fault("payload_too_large", `The upload was told to have ${bytes} bytes`);
      }
      digest?.update(chunk);
      await part.write(chunk);
    }
    if (mark && !digest?.digest().equals(checksum.digest)) {
      await part.rewind(mark);
      this.#keep(id, mark);
      throw new Fault(
        "checksum_mismatch",
        "The bytes are not those that were sent: send them again",
      );
    }
    if (part.size < bytes) return { offset: part.size };
    const sha256 = await part.settle();
    this.#progress.delete(id);
    return { offset: part.size, sha256 };
  }

  #keep(id: string, progress: Progress): void {
    this.#progress.delete(id);
    this.#progress.set(id, progress);
    const [oldest] = this.#progress.keys();
    if (this.#progress.size > MOST_KEPT && oldest !== undefined) this.#progress.delete(oldest);
  }
}

/** The chunks until they end or break off. A sender who is lost is no fault of ours. */
async function* untilLost(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await reader.next().catch(() => undefined);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    // What is refused is not read on.
    await reader.return?.();
  }
}

/** 0 where there is no such file as yet. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return 0;
    throw error;
  }
}
