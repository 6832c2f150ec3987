import { Fault } from "@oxbow/contract";
import { type Millis, millis, rfc3339, type VideoConfig } from "@oxbow/media";
import { checkMedia } from "../check-media.ts";
import type { Attempt, ExportTools } from "../export-attempt.ts";
import { resolveRange } from "../export-range.ts";
import { AUDIO } from "../export-wishes.ts";
import { type Layout, layOut } from "./layout.ts";
import { type Piece, piecesOf } from "./pieces.ts";
import { type Encoded, encodedOf, sourcePictures } from "./renditions.ts";
import { runsOf } from "./run-of-spans.ts";
import { type ScannedRun, scanRun, TICKS } from "./scan-run.ts";

const SOURCE = "source";

/** All that is decided of a transcode before anything is encoded. */
export type TranscodePlan = {
  readonly layout: Layout;
  readonly durationMs: Millis;
  /** Whether there is sound to encode. */
  readonly sound: boolean;
  readonly encoded: readonly Encoded[];
  readonly pieces: readonly Piece[];
  /** Of the files, in the order in which they were asked for. */
  readonly names: readonly string[];
  readonly languages: { readonly video: string; readonly audio: string };
};

/** Looks at the range. Fault as `checkRange`, `range_without_media`, `export_mode_unsupported`. */
export async function planTranscode(
  tools: ExportTools,
  { spec, to }: Attempt,
): Promise<TranscodePlan> {
  const range = await resolveRange(tools, spec, to);
  const { spans, gaps } = checkMedia(range, spec, { name: SOURCE }, to);
  const [first, ...more] = await scanAll(runsOf(spans), { from: spec.from, to });
  if (first === undefined) throw without(spec.from, to, "media");
  const wanted = (kind: "video" | "audio") => spec.tracks.includes(kind);
  const seen = spec.renditions.some(({ name }) => name !== AUDIO) && wanted("video");
  const runs = [first, ...more] as const;
  const layout = layOut(runs, gaps, { to, gaps: spec.gaps });
  const pictures = seen ? runs.flatMap(picturesOf) : [];
  const encoded = pictures.length === 0 ? [] : encodedOf(spec.renditions, sourcePictures(pictures));
  const sound = wanted("audio") && runs.some(({ audio }) => audio !== undefined);
  const blind = pictures.length === 0 && wanted("video");
  const made = new Set(encoded.map(({ name }) => name));
  const names = spec.renditions
    .map(({ name }) => name)
    // Of a broadcast without pictures, the source is its sound.
    .filter((name) => made.has(name) || (sound && (name === AUDIO || (blind && name === SOURCE))));
  if (names.length === 0) throw without(spec.from, to, wanted("video") ? "picture" : "sound");
  return {
    layout,
    durationMs: millis((layout.length * 1000) / TICKS),
    sound,
    encoded,
    pieces: encoded.length === 0 ? [] : piecesOf(layout, tools.encoder.pieceSeconds),
    names,
    languages: { video: languageOf(runs, "video"), audio: languageOf(runs, "audio") },
  };
}

async function scanAll(
  runs: ReturnType<typeof runsOf>,
  range: { readonly from: Millis; readonly to: Millis },
): Promise<readonly ScannedRun[]> {
  const scanned: ScannedRun[] = [];
  for (const run of runs) {
    const found = await scanRun(run, range);
    if (found !== undefined) scanned.push(found);
  }
  return scanned;
}

function picturesOf({
  video,
  pictures,
  from,
  to,
}: ScannedRun): readonly { readonly config: VideoConfig; readonly fps: number }[] {
  if (video?.config.kind !== "video" || pictures === undefined) return [];
  const { config } = video;
  return [{ config, fps: config.frameRate ?? (pictures.count * TICKS) / (to - from) }];
}

function languageOf(runs: readonly ScannedRun[], kind: "video" | "audio"): string {
  return runs.find((run) => run[kind] !== undefined)?.[kind]?.language ?? "und";
}

function without(from: Millis, to: Millis, what: string): Fault {
  const between = `from ${rfc3339(from)} to ${rfc3339(to)}`;
  return new Fault("range_without_media", `No ${what} was recorded ${between}`);
}
