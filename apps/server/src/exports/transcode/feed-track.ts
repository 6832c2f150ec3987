import { type FileHandle, open } from "node:fs/promises";
import { writeInit } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import type { Track } from "@oxbow/media";
import type { ArchivedSpan } from "../ports.ts";

/**
 * One track of spans as a fragmented MP4: what the archive holds, chunk by chunk, as it stands there. Its
 * times are those of the broadcast's timeline, so that a decoder can cut to the tick.
 * Fault `source_media_lost`.
 */
export async function* feedTrack(
  spans: readonly ArchivedSpan[],
  track: Track,
): AsyncGenerator<Uint8Array> {
  yield writeInit([track]);
  for (const span of spans) {
    const { file: path } = span.stretch;
    await using file = await open(path, "r").catch((cause: unknown) => {
      throw lost(path, cause);
    });
    for (const chunk of await span.chunks()) {
      if (chunk.track === track.id) yield await readWhole(file, path, chunk);
    }
  }
}

async function readWhole(
  file: FileHandle,
  path: string,
  { offset, bytes }: { readonly offset: number; readonly bytes: number },
): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let read = 0; read < bytes; ) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, offset + read);
    if (bytesRead === 0) throw lost(path);
    read += bytesRead;
  }
  return buffer;
}

function lost(path: string, cause?: unknown): Fault {
  return new Fault("source_media_lost", `The archive file "${path}" is gone or too short`, {
    cause,
  });
}
