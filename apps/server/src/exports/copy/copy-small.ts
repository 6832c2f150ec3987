import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { servePlan } from "../instant-mp4.ts";
import type { CopiedMovie, CopyRequest } from "./copy-movie.ts";
import { diskFault, settleMovie } from "./settle-movie.ts";

/** Up to here a copy is over before threads for it would have begun: some milliseconds of hashing. */
export const SMALL_BYTES: number = 8 * 1024 * 1024;

/**
 * Writes a small movie without threads of its own, by the reads that serve it as an instant MP4, a
 * megabyte at a time. All else as `copyMovie`.
 */
export async function copySmall(request: CopyRequest): Promise<CopiedMovie> {
  const { plan, partial, checksum, signal } = request;
  signal.throwIfAborted();
  const sha256 = checksum === "sha256" ? createHash("sha256") : undefined;
  try {
    await using file = await create(partial);
    let at = 0;
    for await (const part of servePlan(plan).read(0, plan.bytes)) {
      signal.throwIfAborted();
      sha256?.update(part);
      await write(file, part, at);
      at += part.length;
    }
    await file.sync().catch((error: unknown) => {
      throw diskFault(error, "Cannot make the export durable");
    });
    await settleMovie(request);
    return { how: "plain", sha256: sha256?.digest("hex") ?? null };
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function create(path: string): Promise<FileHandle> {
  return open(path, "w", 0o644).catch((error: unknown) => {
    throw diskFault(error, "Cannot create the export");
  });
}

async function write(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  try {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
      at += bytesWritten;
    }
  } catch (error) {
    throw diskFault(error, "Cannot write the export");
  }
}
