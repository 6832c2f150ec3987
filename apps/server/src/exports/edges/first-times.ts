import type { Edge } from "./find-edges.ts";
import type { SpanPictures } from "./span-pictures.ts";

/** Pictures are not reordered over more. */
const MOST = 32;

/**
 * Decode times for the first pictures of a movie, so that decoding begins when presentation does, and no
 * edit list has to hide the time between: what was decoded before the first picture was shown is spread
 * evenly over the time until decoding goes on as it was. Empty where nothing has to change.
 * @param copied place of the first picture that is copied, behind the edge
 */
export function firstTimes(
  pictures: SpanPictures,
  head: Edge | undefined,
  copied: { readonly from: number; readonly until: number },
): readonly number[] {
  const dts = [...(head?.dts.subarray(0, MOST) ?? [])];
  const pts = [...(head?.pts.subarray(0, MOST) ?? [])];
  const until = Math.min(copied.until, copied.from + MOST);
  for (let place = copied.from; place < until; place += 1) {
    dts.push(pictures.dts[place] ?? 0);
    pts.push(pictures.pts[place] ?? 0);
  }
  const [start = 0] = pts;
  const early = dts.findIndex((at) => at > start);
  const count = early < 0 ? dts.length : early;
  if (count === 0 || (count === 1 && dts[0] === start)) return [];
  const next = dts[count] ?? start + count;
  const times = Array.from({ length: count }, (_, at) =>
    Math.floor(start + (at * (next - start)) / count),
  );
  // A picture is decoded before it is shown.
  const inTime = times.every((at, place) => at <= (pts[place] ?? 0));
  return inTime ? times : times.map((_, place) => start + place);
}
