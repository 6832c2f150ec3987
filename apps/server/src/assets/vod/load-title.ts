import { type FileHandle, open } from "node:fs/promises";
import { type MovieTrack, readMovie } from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { type Cuts, cutSegments, followCuts } from "./segment-cuts.ts";
import { servedAudio, servedVideo } from "./served-samples.ts";
import type { Title, TitleSamples, TitleTrack } from "./title.ts";

/** Memory of a sample in the tables of a title. */
const SAMPLE_MEMORY = 32;

/** Reads the tables of a file and cuts it into segments. Fault `media_unreadable`. */
export async function loadTitle(path: string): Promise<Title> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const { tracks } = await readMovie((offset, bytes) => readAt(file, offset, bytes), size);
    return cut(path, tracks);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault("media_unreadable", `Cannot package "${path}": ${why}`, { cause });
  }
}

async function readAt(file: FileHandle, offset: number, bytes: number): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(bytes);
  let read = 0;
  while (read < bytes) {
    const { bytesRead } = await file.read(buffer, read, bytes - read, offset + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

type Served = { readonly track: MovieTrack["track"]; readonly samples: TitleSamples };

function cut(path: string, found: readonly MovieTrack[]): Title {
  const served = found.map(serve).filter(({ samples }) => samples.count > 0);
  const leading = served.find(({ track }) => track.config.kind === "video") ?? served[0];
  if (leading === undefined) throw new Error("It holds neither picture nor sound");
  const cuts = cutSegments(leading.samples, leading.track.timescale);
  const tracks = served.map((each) => cutTrack(each, each === leading, cuts));
  const longest = Math.max(...tracks.flatMap(({ seconds }) => [...seconds]));
  const samples = served.reduce((sum, each) => sum + each.samples.count, 0);
  return {
    path,
    tracks,
    targetDuration: Math.max(1, Math.round(longest)),
    independent: cuts.independent,
    memory: samples * SAMPLE_MEMORY,
  };
}

function serve({ track, table, presentation }: MovieTrack): Served {
  const times = new Float64Array(table.count + 1);
  times.set(table.dts);
  times[table.count] = table.duration;
  const file = { ...table, times, ctos: table.ctos };
  const served = track.config.kind === "video" ? servedVideo : servedAudio;
  return { track, samples: served(file, presentation, track.timescale) };
}

function cutTrack({ track, samples }: Served, leads: boolean, cuts: Cuts): TitleTrack {
  const starts = leads ? cuts.starts : followCuts(samples, track.timescale, cuts);
  const seconds = new Float64Array(starts.length - 1);
  for (let segment = 0; segment < seconds.length; segment += 1) {
    const [from, to] = leads
      ? [cuts.at[segment] ?? 0, cuts.at[segment + 1] ?? 0]
      : [
          edge(samples, track.timescale, starts, segment),
          edge(samples, track.timescale, starts, segment + 1),
        ];
    seconds[segment] = Math.max(0, to - from);
  }
  return { track, samples, starts, seconds };
}

/** Seconds at which a segment of a following track begins: with its first sample, or with what is shown. */
function edge(
  { times, shownFrom, shownTo }: TitleSamples,
  timescale: number,
  starts: Uint32Array,
  segment: number,
): number {
  if (segment === 0) return shownFrom / timescale;
  if (segment >= starts.length - 1) return shownTo / timescale;
  return (times[starts[segment] ?? 0] ?? 0) / timescale;
}
