import { open } from "node:fs/promises";
import { compactRun, type MovieTrack, readMovie, type SampleRun } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { rescale, type Track } from "@oxbow/media";
import { TICKS } from "./scan-run.ts";

/** A file that holds one track, and where on the export's timeline it is shown. */
export type EncodedFile = {
  /** Absolute. */
  readonly path: string;
  readonly at: number;
  readonly length: number;
};

/** Samples that stand one after another in a file. */
export type EncodedSamples = {
  readonly file: string;
  readonly offset: number;
  readonly bytes: number;
  readonly run: SampleRun;
  readonly config: Track["config"];
  /** Ticks of the track at which a decoder is given them. */
  readonly dts: number;
};

/** What is encoded of a track, joined to one: all times in ticks of the track. */
export type EncodedTrack = {
  readonly timescale: number;
  readonly config: Track["config"];
  readonly samples: number;
  /** What is shown begins here on the track's own timeline, whose first sample has decode time 0. */
  readonly mediaTime: number;
  readonly duration: number;
  /** Before it begins. */
  readonly delay: number;
  /** Samples by the second, in decode order. */
  seconds(): Generator<EncodedSamples>;
};

type Opened = { readonly place: EncodedFile; readonly track: MovieTrack };

/**
 * Joins what was encoded piece by piece. Pictures keep their decode order and the very times at which they
 * are shown; decode times are made anew, rising over every joint, for each piece was encoded as if there was
 * no other.
 */
export async function joinTrack(files: readonly EncodedFile[]): Promise<EncodedTrack> {
  const opened: Opened[] = [];
  for (const place of files) opened.push({ place, track: await openTrack(place.path) });
  const [first] = opened;
  if (first === undefined) throw failed("it has no piece");
  const { timescale, config } = first.track.track;
  if (opened.some(({ track }) => track.track.timescale !== timescale)) {
    throw failed("its pieces count different ticks");
  }
  const shown = shownTimes(opened, timescale);
  const { decode, lead } = decodeTimes(shown);
  const begin = rescale(first.place.at, TICKS, timescale);
  const last = opened.at(-1) ?? first;
  const end = rescale(last.place.at + last.place.length, TICKS, timescale);
  // Pictures are decoded `lead` before they are shown; of sound, the first sample is there for the decoder alone.
  const zero = decode[0] ?? 0;
  const { table } = last.track;
  const own = table.duration - (table.dts[table.count - 1] ?? 0);
  const ended = config.kind === "video" ? end - lead : (decode.at(-1) ?? 0) + own;
  return {
    timescale,
    config,
    samples: shown.length,
    mediaTime: begin - zero,
    duration: end - begin,
    delay: begin,
    seconds: () => bySecond(opened, { shown, decode, end: ended }),
  };
}

async function openTrack(path: string): Promise<MovieTrack> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const movie = await readMovie(async (offset, bytes) => {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  }, size).catch((cause: unknown) => {
    throw failed("a piece can't be read", cause);
  });
  const [track] = movie.tracks;
  if (track === undefined || track.table.count === 0) throw failed("a piece is empty");
  return track;
}

/** When each sample is shown, in decode order, on the export's timeline. */
function shownTimes(opened: readonly Opened[], timescale: number): Float64Array {
  const times = new Float64Array(opened.reduce((sum, { track }) => sum + track.table.count, 0));
  let next = 0;
  for (const { place, track } of opened) {
    const { table, presentation } = track;
    const shift = rescale(place.at, TICKS, timescale) + presentation.delay - presentation.mediaTime;
    for (let sample = 0; sample < table.count; sample += 1) {
      times[next] = (table.dts[sample] ?? 0) + (table.ctos?.[sample] ?? 0) + shift;
      next += 1;
    }
  }
  return times;
}

/**
 * The earliest decode times in this order that rise and are never later than what is shown: those of the
 * pictures in the order in which they are shown, all `lead` earlier.
 */
function decodeTimes(shown: Float64Array): {
  readonly decode: Float64Array;
  readonly lead: number;
} {
  const sorted = shown.toSorted();
  let lead = 0;
  for (let sample = 0; sample < shown.length; sample += 1) {
    lead = Math.max(lead, (sorted[sample] ?? 0) - (shown[sample] ?? 0));
  }
  return { decode: sorted.map((time) => time - lead), lead };
}

type Times = {
  readonly shown: Float64Array;
  readonly decode: Float64Array;
  /** Decode time of what would come next. */
  readonly end: number;
};

function* bySecond(opened: readonly Opened[], times: Times): Generator<EncodedSamples> {
  let base = 0;
  for (const { place, track } of opened) {
    const { count } = track.table;
    for (let from = 0; from < count; ) {
      const to = endOfSecond(track, from, times.decode, base);
      yield samplesOf(place.path, track, { from, to, base }, times);
      from = to;
    }
    base += count;
  }
}

/** As many samples as stand together in the file and are decoded within a second. */
function endOfSecond(
  { table, track }: MovieTrack,
  from: number,
  decode: Float64Array,
  base: number,
): number {
  const until = (decode[base + from] ?? 0) + track.timescale;
  let to = from + 1;
  while (to < table.count && (decode[base + to] ?? 0) < until) {
    if (table.offsets[to] !== (table.offsets[to - 1] ?? 0) + (table.sizes[to - 1] ?? 0)) break;
    to += 1;
  }
  return to;
}

function samplesOf(
  file: string,
  { table, track }: MovieTrack,
  { from, to, base }: { readonly from: number; readonly to: number; readonly base: number },
  { shown, decode, end }: Times,
): EncodedSamples {
  const count = to - from;
  const durations = new Uint32Array(count);
  const ctos = new Int32Array(count);
  for (let at = 0; at < count; at += 1) {
    const sample = base + from + at;
    const dts = decode[sample] ?? 0;
    durations[at] = Math.max(1, (decode[sample + 1] ?? end) - dts);
    ctos[at] = (shown[sample] ?? 0) - dts;
  }
  const sizes = table.sizes.subarray(from, to);
  const syncs =
    table.syncs === "all"
      ? "all"
      : table.syncs.filter((place) => place >= from && place < to).map((place) => place - from);
  return {
    file,
    offset: table.offsets[from] ?? 0,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    run: compactRun({ count, sizes, durations, ctos, syncs }),
    config: track.config,
    dts: decode[base + from] ?? 0,
  };
}

function failed(why: string, cause?: unknown): Fault {
  const message = `What was encoded is not what was asked for: ${why}`;
  return new Fault("export_verification_failed", message, { cause });
}
