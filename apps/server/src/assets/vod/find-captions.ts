import type { FileHandle } from "node:fs/promises";
import type { MovieTrack, SampleTable } from "@oxbow/containers";
import {
  CAPTION_ROOM,
  type CaptionService,
  captionBits,
  captionServices,
  type NalForm,
  nalFormOf,
} from "@oxbow/media";

/** Captions stand before the first slice: this many bytes of a picture have them. */
const HEAD_BYTES = 2048;
/** Pictures at the beginning, and over the whole film, in which room for captions is looked for. */
const [FIRST, SPREAD] = [16, 48];
/** Where there is room, what is written in it is looked for in so much of the film. */
const SEARCHED_SECONDS = 60;
const MOST_SEARCHED = 4000;

/**
 * The captions in the pictures of a track; undefined where nobody knows: there is room for some, and nothing
 * was found written in it. Reads a few pictures' beginnings where there are none.
 */
export async function findCaptions(
  file: FileHandle,
  { track, table }: MovieTrack,
): Promise<readonly CaptionService[] | undefined> {
  const form = track.config.kind === "video" ? nalFormOf(track.config) : undefined;
  // Other codecs may carry captions too, in forms that nobody looks for here.
  if (form === undefined) return undefined;
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  const spots = Array.from({ length: SPREAD }, (_, at) => Math.floor((table.count * at) / SPREAD));
  const glance = await bitsIn(file, table, form, head, [...upTo(table, FIRST), ...spots]);
  if ((glance & CAPTION_ROOM) === 0) return [];
  const end = SEARCHED_SECONDS * track.timescale;
  const searched = upTo(table, MOST_SEARCHED).filter((sample) => (table.dts[sample] ?? end) < end);
  const found = captionServices(glance | (await bitsIn(file, table, form, head, searched)));
  return found.length > 0 ? found : undefined;
}

function upTo({ count }: SampleTable, most: number): number[] {
  return Array.from({ length: Math.min(count, most) }, (_, sample) => sample);
}

async function bitsIn(
  file: FileHandle,
  { sizes, offsets }: SampleTable,
  form: NalForm,
  head: Buffer,
  samples: readonly number[],
): Promise<number> {
  let bits = 0;
  for (const sample of samples) {
    const length = Math.min(head.length, sizes[sample] ?? 0);
    const { bytesRead } = await file.read(head, 0, length, offsets[sample] ?? 0);
    bits |= captionBits(head.subarray(0, bytesRead), form);
  }
  return bits;
}
