import {
  type AdaptationSet,
  mpd,
  type Period,
  PresentationTimeline,
  type PresentedStretch,
  type TrackSpan,
} from "@oxbow/hls";
import { millis, type Track } from "@oxbow/media";
import type { AssetSubtitle } from "../asset.ts";
import { sheetSet, subtitleSets } from "./manifest-extras.ts";
import { isPacked } from "./packed-audio.ts";
import { PACKAGING } from "./playlists.ts";
import type { Title, TitleTrack } from "./title.ts";
import { captionsIn } from "./title-playlist.ts";

/** Name of the DASH manifest beside `index.m3u8`. */
export const MANIFEST = "manifest.mpd";

/**
 * `manifest.mpd` of a title: the same segments as in its playlists. A track that has nothing in some
 * segments has its periods without them. Of renditions that are not cut alike, only the first is listed:
 * a player could not change between them. MP3 is left out: browsers take it neither in MP4 nor, in
 * segments of its own, at a time that a manifest tells. Subtitles and thumbnails are files of the whole
 * title, and so are listed where it is one period.
 */
export function titleManifest(
  title: Title,
  subtitles: readonly AssetSubtitle[] = [],
): string | undefined {
  const count = title.tracks[0]?.seconds.length ?? 0;
  const listed = title.tracks.filter(({ seconds }, at) => at === 0 || seconds.length === count);
  const picture = listed.find(isPicture);
  const tracks = listed.filter(
    (one) =>
      !isPacked(one) &&
      (!isPicture(one) || one === picture || (title.aligned && picture !== undefined)),
  );
  const presented: PresentedStretch = {
    id: PACKAGING,
    origin: millis(0),
    tracks: tracks.map(asNumbered),
    frameRate: picture?.samples.rate,
  };
  const timeline = new PresentationTimeline();
  const edges = tracks.map(edgesOf);
  for (let number = 0; number < count; number += 1) {
    const [first, ...rest] = tracks.flatMap((track, at) => spanOf(track, edges[at], number));
    if (first === undefined) continue;
    timeline.append(presented, { number, independent: title.independent, spans: [first, ...rest] });
  }
  const laid = timeline.lay({ by: "joined", zero: millis(0), ended: true });
  if (laid === undefined) return undefined;
  const [only, ...more] = laid.periods.map((period) => asTitle(period, title.captions));
  if (only === undefined) return undefined;
  const isOne = more.length === 0;
  return mpd({
    run: { type: "static", duration: laid.end },
    minBuffer: Math.min(laid.longestSegment, laid.end),
    longestSegment: laid.longestSegment,
    periods: isOne ? [withFiles(only, title, subtitles)] : [only, ...more],
  });
}

function withFiles(period: Period, title: Title, subtitles: readonly AssetSubtitle[]): Period {
  const next = Math.max(...period.sets.map(({ id }) => id)) + 1;
  const sheets = sheetSet(title, next);
  return {
    ...period,
    sets: sheets === undefined ? period.sets : [...period.sets, sheets],
    texts: subtitleSets(title, subtitles, next + 1),
  };
}

function isPicture({ track }: TitleTrack): boolean {
  return track.config.kind === "video";
}

/** Its number over all files names its folder and its representation. */
function asNumbered({ track, number }: TitleTrack): Track {
  return { ...track, id: number };
}

/** Ticks at which the segments of a track begin to be shown, and the end. */
function edgesOf({ seconds, samples, track }: TitleTrack): Float64Array {
  const edges = new Float64Array(seconds.length + 1);
  let passed = 0;
  edges[0] = samples.shownFrom;
  seconds.forEach((length, segment) => {
    passed += length;
    edges[segment + 1] = Math.round(samples.shownFrom + passed * track.timescale);
  });
  return edges;
}

function spanOf(track: TitleTrack, edges: Float64Array | undefined, number: number): TrackSpan[] {
  const { starts, bytes } = track;
  const [t, end] = [edges?.[number] ?? 0, edges?.[number + 1] ?? 0];
  if ((starts[number + 1] ?? 0) <= (starts[number] ?? 0) || end <= t) return [];
  return [{ track: track.number, t, d: end - t, bytes: bytes[number] ?? 0 }];
}

/** The pictures are one set, further sounds are alternatives. */
function asTitle({ id, start, duration, sets }: Period, captions: Title["captions"]): Period {
  const pictures = sets.filter(({ contentType }) => contentType === "video");
  const sounds = sets.filter(({ contentType }) => contentType === "audio");
  const [first, ...others] = pictures;
  const renditions = others.flatMap(({ representations, template }) =>
    representations.map((one) => ({ ...one, template })),
  );
  return {
    id,
    start,
    ...(duration !== undefined && { duration }),
    sets: [
      ...(first === undefined
        ? []
        : [
            {
              ...first,
              representations: [...first.representations, ...renditions],
              closedCaptions: (captions ?? []).map(captionsIn),
            },
          ]),
      ...sounds.map((set, at) => (at === 0 ? set : alternate(set))),
    ],
  };
}

function alternate(set: AdaptationSet): AdaptationSet {
  return { ...set, role: "alternate" };
}
