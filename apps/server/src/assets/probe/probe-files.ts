import { open } from "node:fs/promises";
import {
  type FoundText,
  type Movie,
  type MovieTrack,
  readMovie,
  readMovieTexts,
  UnsupportedMovie,
  writeInit,
} from "@oxbow/containers";
import { Fault } from "@oxbow/contract";
import { MalformedInput, type Millis, millis, type Track } from "@oxbow/media";
import type { AssetError, AssetProblem, AssetTrack } from "../asset.ts";
import { loadAside, type Title, type TitleFile } from "../vod/index.ts";
import { secondOpinion } from "./second-opinion.ts";
import { foreignContainer } from "./sniff.ts";
import { type Problem, trackProblems } from "./track-problems.ts";

/** What the files of an asset come to. */
export type Probed =
  | {
      readonly ok: true;
      readonly durationMs: Millis;
      /** By rendition. */
      readonly tracks: ReadonlyMap<string, readonly AssetTrack[]>;
      /** Subtitles that stand in the files. */
      readonly texts: readonly FoundText[];
    }
  | { readonly ok: false; readonly error: AssetError };

const REMUX = "Put the same media into an MP4: ffmpeg -i FILE -c copy NEW.mp4";
const WHOLE = "It was cut off, or is no MP4 at all: send the whole file again";
/** Encoders round the last pictures each in its own way. */
const APART_SECONDS = 2;
const HEAD_BYTES = 512;

/** What another program says against a file that was found good. */
type Opinion = (path: string, tracks: readonly MovieTrack[]) => Promise<readonly Problem[]>;

/** Looks at every file, whatever its name says, and packages them for a try. */
export async function probeFiles(
  files: readonly TitleFile[],
  opinion: Opinion = secondOpinion,
): Promise<Probed> {
  const tracks = new Map<string, readonly AssetTrack[]>();
  const texts: FoundText[] = [];
  const problems: (Problem & { readonly rendition: string | null })[] = [];
  for (const file of files) {
    const found = await probeFile(file.path, opinion);
    if ("problems" in found) {
      problems.push(...found.problems.map((each) => ({ ...each, rendition: file.rendition })));
      continue;
    }
    tracks.set(file.rendition, found.tracks);
    texts.push(...found.texts);
  }
  if (problems.length > 0) return refused(problems);
  try {
    const title = await loadAside(files);
    for (const { track } of title.tracks) writeInit([track]);
    const apart = unequalRenditions(title);
    if (apart.length > 0) return refused(apart);
    return { ok: true, tracks, texts, durationMs: millis(title.duration * 1000) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const what = error.message;
    return refused([
      { code: "media_unreadable", what, track: null, rendition: null, advice: REMUX },
    ]);
  }
}

function refused(
  problems: readonly (Problem & { readonly rendition: string | null })[],
): Probed & { readonly ok: false } {
  const codec = problems.every(({ code }) => code === "codec_unsupported");
  const told: AssetProblem[] = problems.map(({ what, rendition, track, advice }) => ({
    what,
    rendition,
    track,
    advice,
  }));
  const [first] = told;
  const where = first?.track == null ? "" : ` (track ${first.track})`;
  return {
    ok: false,
    error: {
      code: codec ? "codec_unsupported" : "media_unreadable",
      message: `Cannot package the file: ${first?.what ?? ""}${where}`,
      problems: told,
    },
  };
}

/** Renditions are one film: pictures that end much earlier or later are those of another. */
function unequalRenditions({ tracks }: Title): (Problem & { readonly rendition: string })[] {
  const lengths = tracks
    .filter(({ track }) => track.config.kind === "video")
    .map(({ file, seconds }) => ({
      rendition: file.rendition,
      seconds: seconds.reduce((sum, each) => sum + each, 0),
    }));
  const [source] = lengths;
  return lengths.flatMap(({ rendition, seconds }) => {
    if (source === undefined || Math.abs(seconds - source.seconds) <= APART_SECONDS) return [];
    const [ours, theirs] = [seconds.toFixed(1), source.seconds.toFixed(1)];
    const what = `Its pictures last ${ours} s, those of "${source.rendition}" ${theirs} s`;
    const advice = "Send renditions of one film, or make an asset of each";
    return [{ code: "media_unreadable", what, track: null, advice, rendition }];
  });
}

type FileProbe =
  | { readonly tracks: readonly AssetTrack[]; readonly texts: readonly FoundText[] }
  | { readonly problems: Problem[] };

async function probeFile(path: string, opinion: Opinion): Promise<FileProbe> {
  await using file = await open(path, "r");
  const { size } = await file.stat();
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    const buffer = Buffer.allocUnsafeSlow(length);
    let got = 0;
    while (got < length) {
      const { bytesRead } = await file.read(buffer, got, length - got, offset + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    return buffer.subarray(0, got);
  };
  const foreign = foreignContainer(await read(0, Math.min(HEAD_BYTES, size)));
  if (foreign !== undefined) {
    return { problems: [unreadable(`It is ${foreign}, not MP4 or MOV`, REMUX)] };
  }
  let movie: Movie;
  let texts: readonly FoundText[];
  try {
    movie = await readMovie(read, size);
    texts = await readMovieTexts(read, size);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { problems: [unreadable(error.message, WHOLE)] };
  }
  const problems = trackProblems(movie);
  const more = problems.length > 0 ? problems : await opinion(path, movie.tracks);
  if (more.length > 0) return { problems: [...more] };
  const tracks = movie.tracks.filter(({ table }) => table.count > 0);
  return { tracks: tracks.map(({ track }) => trackOf(track)), texts };
}

function unreadable(what: string, advice: string): Problem {
  return { code: "media_unreadable", what, track: null, advice };
}

/** What a file may bring about; all else is a fault of ours. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof MalformedInput ||
    error instanceof UnsupportedMovie ||
    error instanceof RangeError ||
    (error instanceof Fault && error.code === "media_unreadable")
  );
}

function trackOf({ config, language }: Track): AssetTrack {
  const { kind, codecString: codec } = config;
  if (config.kind === "audio") {
    return { kind, codec, language, sampleRate: config.sampleRate, channels: config.channels };
  }
  const { width, height, frameRate } = config;
  const rate = frameRate === undefined ? {} : { frameRate };
  return { kind, codec, language, width, height, ...rate };
}
