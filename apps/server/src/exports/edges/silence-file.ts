import { writeFile } from "node:fs/promises";
import type { Track } from "@oxbow/media";
import { type Silence, silentFrame, silentTicks } from "../plan/index.ts";

/** Frames in a file: a minute of 48 kHz, so that an hour of silence is some 60 pieces. */
const FRAMES = 2813;

/**
 * Writes a file of silent frames for each track of sound; a track whose codec has no silence of ours is
 * left out. The files are needed until the movie is written.
 * @param fileOf names a file; whoever names it removes it
 */
export async function writeSilence(
  tracks: readonly Track[],
  fileOf: (name: string) => string,
): Promise<ReadonlyMap<number, Silence>> {
  const written = new Map<number, Silence>();
  for (const track of tracks) {
    const frame = track.config.kind === "audio" ? silentFrame(track.config) : undefined;
    const frameTicks = silentTicks(track);
    if (frame === undefined || frameTicks === undefined || written.has(track.id)) continue;
    const file = fileOf(`silence-${track.id}`);
    const bytes = Buffer.alloc(FRAMES * frame.length, frame);
    await writeFile(file, bytes);
    written.set(track.id, { file, frames: FRAMES, frameBytes: frame.length, frameTicks });
  }
  return written;
}
