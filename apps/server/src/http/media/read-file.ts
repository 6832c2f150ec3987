import { open } from "node:fs/promises";
import { Fault } from "@oxbow/contract";

/** Large reads: a file that is read by 64 kB costs four times as much. */
const READ_BYTES = 1024 * 1024;

/**
 * Reads `[start, end)` of a slice of a file that begins at `offset`, a megabyte at a time into one
 * reused buffer. Fault `source_media_lost` where the file is gone or shorter.
 */
async function* readFile(
  path: string,
  offset: number,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  await using file = await open(path, "r").catch((cause: unknown) => {
    throw new Fault("source_media_lost", "The file is gone from the disk", { cause });
  });
  const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - start));
  for (let at = start; at < end; ) {
    const want = Math.min(buffer.length, end - at);
    const { bytesRead } = await file.read(buffer, 0, want, offset + at);
    if (bytesRead === 0) {
      throw new Fault("source_media_lost", "The file is shorter than it was");
    }
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

/** A piece of an answer: bytes from memory, or a slice of a file. */
type Piece =
  | Uint8Array
  | { readonly path: string; readonly offset: number; readonly bytes: number };

/** Bytes `[start, end)` of pieces that follow one another. Fault as `readFile`. */
export async function* readPieces(
  pieces: readonly Piece[],
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  let before = 0;
  for (const piece of pieces) {
    const length = piece instanceof Uint8Array ? piece.length : piece.bytes;
    const [from, to] = [Math.max(start - before, 0), Math.min(end - before, length)];
    before += length;
    if (from >= to) continue;
    if (piece instanceof Uint8Array) yield piece.subarray(from, to);
    else yield* readFile(piece.path, piece.offset, from, to);
  }
}
