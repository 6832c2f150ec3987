import { type Millis, millis } from "@oxbow/media";
import type { PictureSource } from "./thumbnails/index.ts";
import type { Bounds } from "./viewers/index.ts";

/** The pictures of a source that a token opens, and no other; all of them where nothing bounds it. */
export function limitedTo(source: PictureSource, within: Bounds | undefined): PictureSource {
  if (within === undefined) return source;
  const { from: earliest = 0, to: latest = Infinity } = within;
  const from = (time: Millis): Millis => millis(Math.max(time, earliest));
  const to = (time: Millis): Millis => millis(Math.min(time, latest));
  return {
    // What is drawn of it is kept by this: it is not what all others are shown.
    id: `${source.id} ${earliest}-${latest}`,
    list: async (begin, end) => (from(begin) < to(end) ? source.list(from(begin), to(end)) : []),
    read: (picture) => source.read(picture),
    size: async (begin, end) =>
      from(begin) < to(end) ? source.size(from(begin), to(end)) : undefined,
    settled: () => source.settled(),
  };
}
