import { type FileHandle, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import type { RecoveredStretch } from "./archive-door.ts";
import { absentIfMissing } from "./disk-fault.ts";
import { writeIndex } from "./index-cache.ts";
import { MediaClock } from "./media-clock.ts";
import { repairIndex } from "./repair-index.ts";
import type { StretchExtent, StretchRow } from "./stored-stretch.ts";
import { StretchIndex } from "./stretch-index.ts";
import { indexPath } from "./stretch-path.ts";

/** Longest part: what was open in memory when the server died is at most one. */
const PART_SECONDS = 0.5;

export type Recovered = {
  readonly report: RecoveredStretch;
  /** Undefined: no media is left, and the files are gone. */
  readonly extent: StretchExtent | undefined;
};

/**
 * Cuts a file that was open when the server died back to its last whole chunk, and makes its index
 * agree with it. Both are synced.
 */
export async function recoverStretch(root: string, row: StretchRow): Promise<Recovered> {
  const path = join(root, row.path);
  const media = await open(path, "r+").catch(absentIfMissing);
  if (media === undefined) return nothingLeft(row, 0);
  try {
    const { size } = await media.stat();
    const bytes = await readFile(indexPath(path)).catch(absentIfMissing);
    const known = bytes === undefined ? undefined : StretchIndex.parse(bytes);
    const index = await repairIndex(media, size, known, row);
    if (index === undefined || index.length === 0) {
      await unlink(indexPath(path)).catch(absentIfMissing);
      await unlink(path);
      return nothingLeft(row, size);
    }
    await cutBack(media, size, index.mediaEnd);
    // It was changed, or the file has a tail that is no record.
    if (bytes === undefined || !index.matches(bytes)) await writeIndex(indexPath(path), index);
    return recovered(row, index, size);
  } finally {
    await media.close();
  }
}

async function cutBack(media: FileHandle, size: number, end: number): Promise<void> {
  if (end < size) await media.truncate(end);
  await media.datasync();
}

function recovered(row: StretchRow, index: StretchIndex, size: number): Recovered {
  const clock = new MediaClock(row.origin, row.tracks);
  let lastSegment = row.firstSegment;
  for (const id of index.trackIds) {
    const track = index.track(id);
    if (track === undefined || track.length === 0) continue;
    const last = track.chunk(track.length - 1);
    clock.add(track.chunk(0));
    clock.add(last);
    lastSegment = Math.max(lastSegment, last.segment);
  }
  const to = clock.end ?? row.from;
  const lostBytes = size - index.mediaEnd;
  const bytesInSecond = (index.mediaEnd * 1000) / Math.max(1, to - row.from);
  return {
    report: {
      stream: row.stream,
      stretch: row.id,
      broadcast: row.broadcast,
      rendition: row.rendition,
      recoveredTo: to,
      lostBytes,
      lostSeconds: PART_SECONDS + lostBytes / bytesInSecond,
    },
    extent: {
      to,
      segments: lastSegment - row.firstSegment + 1,
      bytes: index.mediaEnd,
      open: false,
    },
  };
}

function nothingLeft(row: StretchRow, lostBytes: number): Recovered {
  const { stream, id: stretch, broadcast, rendition, from, to } = row;
  const lostSeconds = PART_SECONDS + (to - from) / 1000;
  const lost = { recoveredTo: from, lostBytes, lostSeconds };
  return { report: { stream, stretch, broadcast, rendition, ...lost }, extent: undefined };
}
