import type { Archive, Stream } from "@oxbow/sdk";
import type { Recording } from "@oxbow/site-contract";
import type { PlaybackOf } from "../playback/index.ts";

const DAY_MS = 86_400_000;
/** Ranges and gaps of an answer at the most, however often an encoder came and went. */
const MOST_RANGES = 1000;
const MOST_MARKERS = 1000;

export type RecordingFacts = {
  readonly video: {
    readonly id: string;
    readonly title: string;
    readonly broadcast: string | null;
    readonly running: boolean;
  };
  readonly archive: Archive;
  readonly retention: Stream["retention"];
  readonly markers: readonly { readonly id: string; readonly label: string; readonly at: number }[];
  readonly playback: PlaybackOf;
  /** What browsers call the stream's archive: `https://media.example/t/TOKEN/dvr/story`. */
  readonly at: string;
};

/** What the archive has of a video's own broadcast; undefined where that is nothing. */
export function toRecording(facts: RecordingFacts): Recording | undefined {
  const { video, archive, playback, at } = facts;
  const { id, title, broadcast, running } = video;
  const own = archive.ranges.filter((range) => (range.broadcast ?? broadcast) === broadcast);
  const ranges = joined(own, MOST_RANGES);
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const [from, to] = [Date.parse(first.from), Date.parse(last.to)];
  const { token = null, expiresAt } = playback;
  return {
    video: { id, title },
    running,
    from: first.from,
    to: last.to,
    ranges: ranges.map(({ from: begin, to: end, bytes, tracks, renditions = ["source"] }) => {
      return { from: begin, to: end, bytes, tracks, renditions };
    }),
    gaps: longest(
      archive.gaps.filter((gap) => Date.parse(gap.to) > from && Date.parse(gap.from) < to),
      MOST_RANGES,
    ),
    markers: facts.markers
      .filter((marker) => marker.at >= from && marker.at <= to)
      .toSorted((a, b) => a.at - b.at)
      .slice(0, MOST_MARKERS)
      .map(({ id: marker, label, at: moment }) => {
        return { id: marker, label, at: new Date(moment).toISOString() };
      }),
    bytes: ranges.reduce((sum, range) => sum + range.bytes, 0),
    expiresAt: expiryOf(from, facts.retention),
    playback: {
      hls: playback.hls,
      iframes: playback.hls.replace("/index.m3u8", "/iframes.m3u8"),
      thumbnails: playback.thumbnails,
      poster: playback.poster,
      download: `${at}/{from}-{to}.mp4`,
      token,
      expiresAt: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    },
  };
}

type Range = Archive["ranges"][number];
type Stretch = { readonly from: string; readonly to: string };

const lengthOf = ({ from, to }: Stretch): number => Date.parse(to) - Date.parse(from);

/** So many of them at the most, in order: those between which the shortest holes are count as one. */
function joined(ranges: readonly Range[], most: number): readonly Range[] {
  if (ranges.length <= most) return ranges;
  const holes = ranges.slice(1).map((range, at) => {
    return { at: at + 1, ms: Date.parse(range.from) - Date.parse(ranges[at]?.to ?? range.from) };
  });
  const kept = new Set(
    holes
      .toSorted((a, b) => b.ms - a.ms)
      .slice(0, most - 1)
      .map(({ at }) => at),
  );
  const found: Range[] = [];
  for (const [at, range] of ranges.entries()) {
    const last = found.at(-1);
    if (last === undefined || kept.has(at)) found.push(range);
    else found[found.length - 1] = { ...last, to: range.to, bytes: last.bytes + range.bytes };
  }
  return found;
}

/** So many of them at the most, in order: the longest ones. */
function longest<One extends Stretch>(all: readonly One[], most: number): One[] {
  if (all.length <= most) return [...all];
  const kept = new Set(all.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, most));
  return all.filter((one) => kept.has(one));
}

/** Retention by bytes has no time. */
function expiryOf(from: number, retention: Stream["retention"]): string | null {
  const days = retention?.days;
  return days === undefined ? null : new Date(from + days * DAY_MS).toISOString();
}
