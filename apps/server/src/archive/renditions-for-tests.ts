import { plus } from "@oxbow/media";
import type { Archive } from "./archive-door.ts";
import { AUDIO, type MediaShape, SMALL, sender, T0 } from "./media-for-tests.ts";

export const STREAM = { id: "str_1", name: "story" };
export const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };

/** Records media of the source, all at once. */
export async function record(archive: Archive, ...pieces: MediaShape[]): Promise<void> {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  for (const [at, piece] of pieces.entries()) media.send(at === 0 ? "start" : "reconnect", piece);
  await recorder.close();
}

/** Records pieces of 360p, each a stretch of its own that begins with the source's segment of that time. */
export async function follow(archive: Archive, ...pieces: MediaShape[]): Promise<void> {
  const recorder = archive.record(STREAM, "brd_1", { rendition: "360p" });
  for (const [at, piece] of pieces.entries()) {
    const firstSegment = piece.fromMs / 2000;
    const media = sender({ ...NAMES, rendition: "360p", firstSegment }, recorder);
    media.send(at === 0 ? "start" : "restart", { ...piece, tracks: [SMALL, AUDIO] });
  }
  await recorder.close();
}
