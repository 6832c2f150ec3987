import {
  type AdaptationSet,
  type Period,
  type Representation,
  type TrackPlace,
  type TrackSpan,
  trackSet,
} from "@oxbow/hls";
import { AUDIO_TRACK, rescale, type Track, VIDEO_TRACK } from "@oxbow/media";
import { storedStretch } from "../range-resolver.ts";
import { normalised, type RenditionFiles } from "../rendition-files.ts";
import type { StretchRow } from "../stored-stretch.ts";
import { newestNumber } from "./dvr-rendition.ts";
import type { SpanTable, SpanTables } from "./dvr-spans.ts";
import type { Listed } from "./listed.ts";
import type { ListedRun } from "./playlist-runs.ts";

/** The sound that was made of the source's, beside the source's own tracks. */
const SOUND_SET = 3;
/** A rest of a segment that is shorter says nothing about the rate. Seconds. */
const LEAST_MEASURED = 0.5;

/** What a rendition has of a segment of the source. */
type Here = {
  readonly row: StretchRow;
  readonly spans: readonly TrackSpan[];
  /** Pictures a second, where the bitstream does not say. */
  readonly frameRate: number | undefined;
};

type Settled = {
  readonly files: RenditionFiles;
  /** Up to this number of the source's it is known what there is. */
  readonly settled: number;
};

/**
 * What was made of a presentation's segments, as further representations of its periods. In a period a
 * rendition has all segments, up to where it is known, from one stretch; or none.
 */
export class Representations {
  readonly #renditions: readonly Settled[];
  readonly #tables: ReadonlyMap<string, SpanTable>;
  readonly #sound: RenditionFiles | undefined;
  readonly #segments = new Map<string, readonly (Here | undefined)[]>();
  /** The stretches that the segment before was found in. */
  #stretches: readonly (string | undefined)[] = [];

  private constructor(
    renditions: readonly Settled[],
    tables: ReadonlyMap<string, SpanTable>,
    sound: RenditionFiles | undefined,
  ) {
    this.#renditions = renditions;
    this.#tables = tables;
    this.#sound = sound;
  }

  /** `all`: the range as it is listed of each rendition. */
  static async of(
    { tracks }: Listed,
    all: readonly Listed[],
    { root, spans }: { readonly root: string; readonly spans: SpanTables },
  ): Promise<Representations> {
    const renditions = all.flatMap((listed) =>
      listed.rendition === undefined
        ? []
        : [{ files: listed.rendition, settled: newestNumber(listed) }],
    );
    const tables = new Map<string, SpanTable>();
    for (const { files } of renditions) {
      for (const { row } of files.files) {
        tables.set(row.id, await spans.table(storedStretch(root, row)));
      }
    }
    const sound = normalised(
      tracks,
      renditions.map(({ files }) => files),
    );
    return new Representations(renditions, tables, sound);
  }

  /** Takes a segment of the source, in order. @returns whether a period must begin with it */
  take({ row, table }: ListedRun, at: number): boolean {
    const { broadcast, origin, stretch } = row;
    const number = table.first + at;
    const wall = origin + table.at(at);
    const source = { broadcast, number, wall, seconds: table.seconds(at) };
    const here = this.#renditions.map(({ files }): Here | undefined => {
      const found = files.find(source, VIDEO_TRACK);
      const spans = found && this.#tables.get(found.row.id);
      if (found === undefined || spans === undefined) return undefined;
      return { row: found.row, spans: spans.spans(found.at), frameRate: spans.frameRate };
    });
    this.#segments.set(`${stretch} ${number}`, here);
    // What is not known yet is taken to go on as it was.
    const stretches = here.map((one, which) =>
      number > (this.#renditions[which]?.settled ?? 0) ? this.#stretches[which] : one?.row.stretch,
    );
    const changes = stretches.some((id, which) => id !== this.#stretches[which]);
    this.#stretches = stretches;
    return changes;
  }

  /** The period with what was made of it. */
  addTo(period: Period): Period {
    const source = period.sets.find(({ id }) => id === VIDEO_TRACK);
    if (source === undefined || !Array.isArray(source.template.timeline)) return period;
    const stretch = period.id.slice(0, period.id.lastIndexOf("-"));
    const { startNumber } = source.template;
    const segments = source.template.timeline.map(
      (_, at) => this.#segments.get(`${stretch} ${startNumber + at}`) ?? [],
    );
    const representations: Representation[] = [];
    const sounds: AdaptationSet[] = [];
    this.#renditions.forEach(({ files }, which) => {
      const here = heldFrom(segments.map((segment) => segment[which]));
      const pictures = picturesOf(files.name, source, here);
      if (pictures !== undefined) representations.push(pictures);
      const sound = files === this.#sound ? soundOf(source, here) : undefined;
      if (sound !== undefined) sounds.push(sound);
    });
    const ladder = { ...source, representations: [...source.representations, ...representations] };
    const sets = period.sets.map((set) => (set === source ? ladder : set));
    return { ...period, sets: [...sets, ...sounds] };
  }
}

/** Its segments from the first on, as long as there is no hole. */
function heldFrom(segments: readonly (Here | undefined)[]): Here[] {
  const held: Here[] = [];
  for (const here of segments) {
    if (here === undefined || here.row.stretch !== (held[0] ?? here).row.stretch) break;
    held.push(here);
  }
  return held;
}

/** A rendition's pictures, with segments of its own below the same numbers. */
function picturesOf(
  name: string,
  source: AdaptationSet,
  here: readonly Here[],
): Representation | undefined {
  const found = placed(VIDEO_TRACK, source, here);
  if (found === undefined) return undefined;
  const { representations, template } = namedSet(found, `video-${name}`);
  const [own] = representations;
  return own && { ...own, template };
}

function soundOf(source: AdaptationSet, here: readonly Here[]): AdaptationSet | undefined {
  const found = placed(AUDIO_TRACK, source, here);
  return found && { ...namedSet(found, "audio-aac"), id: SOUND_SET };
}

/** One track as a set, whose representation is not named after it: another of the period is. */
function namedSet({ track, place }: Placed, id: string): AdaptationSet {
  const { representations, template, ...set } = trackSet(track, { ...place, role: "alternate" });
  const [own] = representations;
  const folder = `${place.folder}/${track.id}`;
  return {
    ...set,
    template: {
      ...template,
      initialization: `${folder}/init.mp4`,
      media: `${folder}/$Number$.m4s`,
    },
    representations: own === undefined ? [] : [{ ...own, id }],
  };
}

type Placed = { readonly track: Track; readonly place: TrackPlace };

/** A track of a rendition, and where it is; undefined where it has no media of it. */
function placed(
  id: number,
  { template, independent, continues }: AdaptationSet,
  here: readonly Here[],
): Placed | undefined {
  const [first] = here;
  const track = first?.row.tracks.find((one) => one.id === id);
  const timeline = here.flatMap(({ spans }) => spans.filter((span) => span.track === id));
  if (first === undefined || track === undefined || timeline.length < here.length) return undefined;
  const { presentationTimeOffset: offset, timescale, startNumber } = template;
  const place: TrackPlace = {
    folder: first.row.stretch,
    startNumber,
    presentationTimeOffset: rescale(offset, timescale, track.timescale),
    timeline,
    bandwidth: peakOf(timeline, track.timescale),
    independent: independent ?? false,
    frameRate: first.frameRate,
    continues,
  };
  return { track, place };
}

/** Bits a second that no segment exceeds. */
function peakOf(timeline: readonly TrackSpan[], timescale: number): number {
  return timeline.reduce((most, { d, bytes }) => {
    const seconds = Math.max(d / timescale, LEAST_MEASURED);
    return Math.max(most, (bytes * 8) / seconds);
  }, 0);
}
