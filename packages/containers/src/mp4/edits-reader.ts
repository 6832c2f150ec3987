import { MalformedInput, rescale } from "@oxbow/media";
import { BoxFields, childrenOf, type FoundBox, findBox } from "../isobmff/index.ts";
import type { Presentation } from "./movie-options.ts";

/** One entry of an edit list, in ticks of the track. */
export type Edit = {
  /** Where it begins on the track's own timeline; "empty" shows nothing. */
  readonly mediaTime: number | "empty";
  readonly duration: number;
};

/** Entries of an edit list; more is no work of people. */
const MAX_EDITS = 65_536;

/** The edit list of a track, ISO/IEC 14496-12 §8.6.6; without one, the whole track. */
export function readEdits(
  bytes: Uint8Array,
  inTrack: readonly FoundBox[],
  of: { movieTimescale: number; timescale: number; duration: number },
): Edit[] {
  const edts = findBox(inTrack, "edts");
  const elst = edts === undefined ? undefined : findBox(childrenOf(bytes, edts), "elst");
  const whole = [{ mediaTime: 0, duration: of.duration }];
  if (elst === undefined) return whole;
  const fields = new BoxFields(bytes, elst);
  const { version } = fields.full();
  const count = fields.entries(fields.u32(), version === 1 ? 20 : 12);
  if (count > MAX_EDITS) {
    throw new MalformedInput(`An edit list has ${count} entries`, {
      spec: "ISO/IEC 14496-12 §8.6.6",
      offset: elst.start,
    });
  }
  const edits: Edit[] = [];
  for (let entry = 0; entry < count; entry++) {
    const length = rescale(fields.time(version), of.movieTimescale, of.timescale);
    const mediaTime = readMediaTime(fields, version);
    fields.u32(); // rate
    // A length of 0 reaches to the end, as it does where fragments follow.
    const rest = mediaTime === "empty" ? 0 : Math.max(0, of.duration - mediaTime);
    edits.push({ mediaTime, duration: length === 0 ? rest : length });
  }
  return edits.length === 0 ? whole : edits;
}

function readMediaTime(fields: BoxFields, version: number): number | "empty" {
  const high = version === 1 ? fields.i32() : 0;
  const low = version === 1 ? fields.u32() : fields.i32();
  const time = high * 2 ** 32 + low;
  if (time === -1) return "empty";
  if (time < 0 || !Number.isSafeInteger(time)) {
    throw new MalformedInput(`An edit begins at ${time}`, {
      spec: "ISO/IEC 14496-12 §8.6.6.3",
      offset: fields.at,
    });
  }
  return time;
}

/** What is shown by the first edit that is not empty, after the empty ones before it. */
export function presentationOf(edits: readonly Edit[]): Required<Presentation> {
  let delay = 0;
  for (const { mediaTime, duration } of edits) {
    if (mediaTime !== "empty") return { mediaTime, duration, delay };
    delay += duration;
  }
  return { mediaTime: 0, duration: 0, delay };
}
