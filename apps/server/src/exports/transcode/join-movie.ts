import { createHash } from "node:crypto";
import { type Chapter, createMovieTable, type MovieText } from "@oxbow/containers";
import { AUDIO_TRACK, type Millis, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import type { MoviePlan, PlannedGap, PlannedTrack } from "../plan/index.ts";
import type { EncodedSamples, EncodedTrack } from "./encoded-track.ts";
import { SampleCopies } from "./sample-copies.ts";

export type JoinOrder = {
  readonly pictures: EncodedTrack | undefined;
  readonly sound: EncodedTrack | undefined;
  /** ISO 639-2. */
  readonly languages: { readonly video: string; readonly audio: string };
  readonly texts: readonly MovieText[];
  readonly chapters: readonly Chapter[];
  readonly title: string | null;
  readonly gaps: readonly PlannedGap[];
  readonly cut: { readonly from: Millis; readonly to: Millis };
};

type Joined = { readonly track: Track; readonly encoded: EncodedTrack };

/** The movie of one quality, as a plan that is written like that of a copy: `moov` first, interleaved by the second. */
export function joinMovie(order: JoinOrder): MoviePlan {
  const { title, cut, gaps, texts, chapters } = order;
  const tracks = tracksOf(order);
  const table = createMovieTable(tracks.map(({ track }) => track));
  const copies = new SampleCopies();
  for (const { track, samples } of interleaved(tracks)) {
    table.describe(track.id, samples.config);
    table.append(track.id, samples.run, copies.take(samples.file, samples.offset, samples.bytes));
  }
  const planned = tracks.map(plannedTrack);
  const made = table.finish({
    payloadBytes: copies.bytes,
    presentation: new Map(planned.map((each) => [each.track.id, each])),
    ...(title === null ? {} : { title }),
    ...(texts.length === 0 ? {} : { texts }),
    ...(chapters.length === 0 ? {} : { chapters }),
    createdAt: cut.from,
  });
  const headerBytes = made.parts.reduce((sum, part) => sum + part.length, 0);
  const hash = createHash("sha256");
  for (const part of made.parts) hash.update(part);
  return {
    get header() {
      return made.header;
    },
    headerParts: made.parts,
    headerBytes,
    pieces: copies.pieces(made.payloadOffset),
    bytes: made.payloadOffset + copies.bytes,
    durationMs: millis(made.durationMs),
    tracks: planned,
    texts: texts.length,
    gaps,
    cut,
    digest: hash.digest("hex"),
  };
}

function tracksOf({ pictures, sound, languages }: JoinOrder): readonly Joined[] {
  return [
    ...joined(VIDEO_TRACK, languages.video, pictures),
    ...joined(AUDIO_TRACK, languages.audio, sound),
  ];
}

function joined(id: number, language: string, encoded: EncodedTrack | undefined): Joined[] {
  if (encoded === undefined) return [];
  const { timescale, config } = encoded;
  return [{ track: { id, language, timescale, config }, encoded }];
}

function plannedTrack({ track, encoded }: Joined): PlannedTrack {
  const { samples, mediaTime, duration, delay } = encoded;
  return { track, samples, mediaTime, duration, delay };
}

/** The samples of all tracks, whichever is decoded first. */
function* interleaved(
  tracks: readonly Joined[],
): Generator<{ readonly track: Track; readonly samples: EncodedSamples }> {
  const sources = tracks.map(({ track, encoded }) => {
    const source = encoded.seconds();
    return { track, source, next: source.next() };
  });
  for (;;) {
    let first: (typeof sources)[number] | undefined;
    let soonest = Number.POSITIVE_INFINITY;
    for (const each of sources) {
      if (each.next.done === true) continue;
      const seconds = each.next.value.dts / each.track.timescale;
      if (seconds < soonest) [first, soonest] = [each, seconds];
    }
    if (first === undefined || first.next.done === true) return;
    yield { track: first.track, samples: first.next.value };
    first.next = first.source.next();
  }
}
