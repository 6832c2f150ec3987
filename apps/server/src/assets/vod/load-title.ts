import { type FileHandle, open } from "node:fs/promises";
import { type MovieTrack, readMovie } from "@oxbow/containers";
import { withHvc1 } from "@oxbow/media";
import { findCaptions } from "./find-captions.ts";
import { readAt } from "./read-at.ts";
import { type Cuts, commonSyncs, cutAlike, cutSegments, followCuts } from "./segment-cuts.ts";
import { servedAudio, servedVideo } from "./served-samples.ts";
import { type Title, type TitleFile, type TitleSamples, type TitleTrack, timeAt } from "./title.ts";
import { chosenTracks, type FoundTracks, servedPicture } from "./title-tracks.ts";

/** Longer segments are no price for renditions that are cut alike. */
const MOST_ALIGNED_SECONDS = 12;

/** Bytes of a segment in playlists and cuts. */
const SEGMENT_MEMORY = 150;

/** Reads the tables of the files and cuts them into segments. Throws whatever says why that can't be. */
export async function loadTitle(files: readonly TitleFile[]): Promise<Title> {
  const found: FoundTracks[] = [];
  for (const file of files) {
    await using handle = await open(file.path, "r");
    const { size } = await handle.stat();
    const movie = await readMovie((offset, bytes) => readAt(handle, offset, bytes), size);
    const tracks = movie.tracks.filter(({ table }) => table.count > 0);
    found.push({ file, tracks, captions: await captionsOf(handle, tracks) });
  }
  return cut(found);
}

/** In the pictures that are served of a file. */
async function captionsOf(file: FileHandle, tracks: readonly MovieTrack[]) {
  const picture = servedPicture(tracks);
  return picture === undefined ? [] : findCaptions(file, picture);
}

/** A track, and whether each of its segments can be decoded without another. */
type CutTrack = { readonly track: TitleTrack; readonly independent: boolean };

/** Those that are in every rendition: a player must find them in each. */
function commonCaptions(found: readonly FoundTracks[]): Title["captions"] {
  const [first, ...others] = found.filter(({ tracks }) => servedPicture(tracks) !== undefined);
  const listed = first?.captions ?? [];
  const common = listed.filter((one) => others.every(({ captions }) => captions?.includes(one)));
  const isKnown = common.length > 0 || found.every(({ captions }) => captions?.length === 0);
  return isKnown ? common : undefined;
}

type Served = Pick<TitleTrack, "name" | "file" | "track" | "enabled" | "samples">;

function cut(found: readonly FoundTracks[]): Title {
  const served = chosenTracks(found)
    .map(({ name, file, track }) => serve(name, file, track))
    .filter(({ samples }) => samples.count > 0);
  const pictures = served.filter(({ track }) => track.config.kind === "video");
  const [leading] = pictures.length > 0 ? pictures : served;
  if (leading === undefined) throw new Error("It holds neither picture nor sound");
  const { cuts, aligned } = leadingCuts(leading, pictures);
  const cutOnes = served.map((each, at) => cutTrack(each, at + 1, leading, cuts, aligned));
  const tracks = cutOnes.map(({ track }) => track);
  const longest = Math.max(...tracks.map(({ seconds }) => longestOf(seconds)));
  return {
    tracks,
    targetDuration: Math.max(1, Math.round(longest)),
    independent: cutOnes.every(({ independent }) => independent),
    aligned,
    captions: commonCaptions(found),
    duration: Math.max(...served.map(lengthOf)),
    memory: tracks.reduce((sum, track) => sum + memoryOf(track), 0),
  };
}

function serve(name: string, file: TitleFile, found: MovieTrack): Served {
  const { track, table, presentation, enabled } = found;
  const { config, timescale } = track;
  const samples =
    config.kind === "video"
      ? servedVideo(table, presentation, timescale)
      : servedAudio(table, presentation, timescale);
  const shown = config.kind === "video" ? { ...track, config: withHvc1(config) } : track;
  return { name, file, track: shown, enabled, samples };
}

const clockOf = ({ samples, track }: Served) => ({ samples, timescale: track.timescale });

/** The cuts of the leading track: where all pictures have keyframes, if that is often enough. */
function leadingCuts(
  leading: Served,
  pictures: readonly Served[],
): { readonly cuts: Cuts; readonly aligned: boolean } {
  const { samples, timescale } = clockOf(leading);
  const others = pictures.filter((each) => each !== leading).map(clockOf);
  const own = cutSegments(samples, timescale);
  if (others.length === 0) return { cuts: own, aligned: true };
  const cuts = cutSegments(samples, timescale, commonSyncs(clockOf(leading), others));
  const aligned =
    (cuts.independent || !own.independent) &&
    longestCut(cuts) <= Math.max(MOST_ALIGNED_SECONDS, longestCut(own)) &&
    others.every((each) => cutAlike(each.samples, each.timescale, cuts) !== undefined);
  return aligned ? { cuts, aligned } : { cuts: own, aligned };
}

function cutTrack(
  served: Served,
  number: number,
  leading: Served,
  cuts: Cuts,
  aligned: boolean,
): CutTrack {
  const { samples, timescale } = clockOf(served);
  const finish = (starts: Uint32Array, at: (segment: number) => number, independent: boolean) => {
    const seconds = Float64Array.from({ length: starts.length - 1 }, (_, segment) =>
      Math.max(0, at(segment + 1) - at(segment)),
    );
    const bytes = bytesOf(samples, starts);
    return { track: { ...served, number, starts, seconds, bytes }, independent };
  };
  const exact = ({ starts, at, independent }: Cuts) =>
    finish(starts, (segment) => at[segment] ?? 0, independent);
  if (served === leading) return exact(cuts);
  if (served.track.config.kind === "video") {
    const alike = aligned ? cutAlike(samples, timescale, cuts) : undefined;
    if (alike === undefined) return exact(cutSegments(samples, timescale));
    const at = cuts.at.with(cuts.at.length - 1, samples.shownTo / timescale);
    return exact({ starts: alike, at, independent: cuts.independent });
  }
  const starts = followCuts(samples, timescale, cuts);
  return finish(starts, (segment) => edge(samples, timescale, starts, segment), true);
}

function longestCut({ at }: Cuts): number {
  return at.reduce((most, time, segment) => Math.max(most, time - (at[segment - 1] ?? time)), 0);
}

/** Seconds at which a segment of a following track begins: with its first sample, or with what is shown. */
function edge(
  samples: TitleSamples,
  timescale: number,
  starts: Uint32Array,
  segment: number,
): number {
  if (segment === 0) return samples.shownFrom / timescale;
  if (segment >= starts.length - 1) return samples.shownTo / timescale;
  return timeAt(samples, starts[segment] ?? 0) / timescale;
}

/** A `moof` has about this many bytes, and this many more for each sample. */
const FRAGMENT_BYTES = 100;
const SAMPLE_BYTES = 16;

function bytesOf({ table, first }: TitleSamples, starts: Uint32Array): Float64Array {
  return Float64Array.from({ length: starts.length - 1 }, (_, segment) => {
    const [from, to] = [starts[segment] ?? 0, starts[segment + 1] ?? 0];
    let bytes = FRAGMENT_BYTES + (to - from) * SAMPLE_BYTES;
    for (let at = first + from; at < first + to; at += 1) bytes += table.sizes[at] ?? 0;
    return bytes;
  });
}

function longestOf(seconds: Float64Array): number {
  let longest = 0;
  for (const each of seconds) longest = Math.max(longest, each);
  return longest;
}

function lengthOf({ samples, track }: Served): number {
  return (samples.shownTo - samples.shownFrom) / track.timescale;
}

function memoryOf({ samples, starts }: TitleTrack): number {
  const { table, syncs } = samples;
  const columns = [table.sizes, table.offsets, table.dts, table.ctos, table.descriptions];
  const lists = [table.syncs, syncs].map((list) => (list === "all" ? 0 : list.byteLength));
  const bytes = [...columns.map((column) => column?.byteLength ?? 0), ...lists];
  return bytes.reduce((sum, each) => sum + each, starts.length * SEGMENT_MEMORY);
}
