import type { Archive, Stream } from "@oxbow/sdk";
import type { Recording } from "@oxbow/site-contract";
import type { PlaybackOf } from "../playback/index.ts";

const DAY_MS = 86_400_000;

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
  const ranges = archive.ranges.filter((range) => (range.broadcast ?? broadcast) === broadcast);
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
    gaps: archive.gaps.filter((gap) => Date.parse(gap.to) > from && Date.parse(gap.from) < to),
    markers: facts.markers
      .filter((marker) => marker.at >= from && marker.at <= to)
      .toSorted((a, b) => a.at - b.at)
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

/** Retention by bytes has no time. */
function expiryOf(from: number, retention: Stream["retention"]): string | null {
  const days = retention?.days;
  return days === undefined ? null : new Date(from + days * DAY_MS).toISOString();
}
