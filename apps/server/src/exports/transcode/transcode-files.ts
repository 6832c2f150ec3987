import { createHash } from "node:crypto";
import { Fault } from "@oxbow/contract";
import type { Cue } from "@oxbow/media";
import type { Attempt, ExportTools, MadeFiles } from "../export-attempt.ts";
import { chaptersOf, marksIn } from "../export-chapters.ts";
import type { ExportedFile } from "../export-result.ts";
import { movieTexts, onTimeline, readTexts, type TimedText } from "../export-texts.ts";
import type { MoviePlan } from "../plan/index.ts";
import { checkSpace, writeFile } from "../write-file.ts";
import { encodePiece, type PieceWork, pieceName } from "./encode-piece.ts";
import { encodeSound, SOUND } from "./encode-sound.ts";
import { type EncodedTrack, joinTrack } from "./encoded-track.ts";
import { joinMovie } from "./join-movie.ts";
import { Pace } from "./pace.ts";
import { PieceFolder } from "./piece-folder.ts";
import type { Piece } from "./pieces.ts";
import type { Encoded } from "./renditions.ts";
import { TICKS } from "./scan-run.ts";
import { planTranscode, type TranscodePlan } from "./transcode-plan.ts";

/** Work for a second of media: to encode its pictures is 1. */
const SOUND_WEIGHT = 0.02;
const JOIN_WEIGHT = 0.01;

type Work = {
  readonly tools: ExportTools;
  readonly attempt: Attempt;
  readonly plan: TranscodePlan;
  readonly folder: PieceFolder;
  readonly pace: Pace;
  readonly texts: readonly TimedText[];
};

/**
 * Encodes the files of an export: its sound once, its pictures piece by piece in all qualities, each piece
 * durable, then joins them to movies. An attempt goes on with the pieces of the one before.
 */
export async function transcodeFiles(tools: ExportTools, attempt: Attempt): Promise<MadeFiles> {
  const { spec, job, report } = attempt;
  const root = await tools.assets.files.ensureRoot();
  const plan = await planTranscode(tools, attempt);
  const folder = await PieceFolder.open(root, job.id, outlineOf(attempt, plan));
  const given = await readTexts(tools, attempt, spec.subtitles);
  const texts = onTimeline(given, timelineOf(plan));
  const pace = new Pace(weightOf(attempt, plan), report);
  const work: Work = { tools, attempt, plan, folder, pace, texts };
  if (plan.sound) await makeSound(work);
  await makePieces(work);
  const files = await joinFiles(work);
  await folder.discard();
  return { files, ...timelineOf(plan) };
}

function timelineOf({ layout, durationMs }: TranscodePlan): Omit<MadeFiles, "files"> {
  return { durationMs, gaps: layout.gaps, cut: layout.cut };
}

/** Names all that pieces depend on: those of another outline are of no use. */
function outlineOf({ spec }: Attempt, { layout, encoded, pieces, sound }: TranscodePlan): string {
  const { loudness, watermark, subtitles } = spec;
  const outline = {
    version: 1,
    runs: layout.runs.map(({ run, at }) => [run.spans[0]?.stretch.id, run.from, run.to, at]),
    pieces: pieces.map(({ from, at, length }) => [from, at, length]),
    ...{ encoded, sound, loudness, watermark, subtitles },
  };
  return createHash("sha256").update(JSON.stringify(outline)).digest("hex");
}

const seconds = (ticks: number): number => ticks / TICKS;

function weightOf({ spec }: Attempt, plan: TranscodePlan): number {
  const { layout, pieces, encoded } = plan;
  const length = seconds(layout.length);
  const pictures = pieces.reduce((sum, piece) => sum + seconds(piece.length), 0);
  const joined = Math.max(1, encoded.length) * length * JOIN_WEIGHT;
  return soundWeight(spec, plan) + pictures + joined;
}

/** Loudness is measured before. */
function soundWeight(
  { loudness }: Attempt["spec"],
  { layout, sound }: Pick<TranscodePlan, "layout" | "sound">,
): number {
  const passes = loudness === null ? 1 : 3;
  return sound ? passes * seconds(layout.length) * SOUND_WEIGHT : 0;
}

async function makeSound({ tools, attempt, plan, folder, pace }: Work): Promise<void> {
  const weight = soundWeight(attempt.spec, plan);
  const known = await folder.bytes(SOUND);
  if (known !== undefined) {
    pace.found(weight, known);
    return;
  }
  const progress = (part: number, bytes: number): void => pace.at(weight, part, bytes);
  await encodeSound({ tools, attempt, folder, layout: plan.layout, progress });
  pace.finish(weight, (await folder.bytes(SOUND)) ?? 0);
}

async function makePieces(work: Work): Promise<void> {
  const { plan, folder, pace, texts } = work;
  const burned: Cue[] = texts.flatMap(({ spec, text }) => (spec.burn ? text.cues : []));
  const shared: PieceWork = { ...work, encoded: plan.encoded, burned };
  for (const piece of plan.pieces) {
    const weight = seconds(piece.length);
    const known = await bytesOf(folder, piece, plan.encoded);
    if (known !== undefined) {
      pace.found(weight, known);
      continue;
    }
    await encodePiece(shared, piece, (part, bytes) => pace.at(weight, part, bytes));
    pace.finish(weight, (await bytesOf(folder, piece, plan.encoded)) ?? 0);
  }
}

/** Bytes of a piece in all qualities; undefined where one of them is not finished. */
async function bytesOf(
  folder: PieceFolder,
  piece: Piece,
  encoded: readonly Encoded[],
): Promise<number | undefined> {
  let bytes = 0;
  for (const each of encoded) {
    const found = await folder.bytes(pieceName(piece, each));
    if (found === undefined) return undefined;
    bytes += found;
  }
  return bytes;
}

async function joinFiles(work: Work): Promise<readonly ExportedFile[]> {
  const { tools, attempt, plan, folder, pace } = work;
  const { files } = tools.assets;
  const whole = { path: folder.place(SOUND), at: 0, length: plan.layout.length };
  const sound = plan.sound ? await joinTrack([whole]) : undefined;
  const made: ExportedFile[] = [];
  try {
    for (const rendition of plan.names) {
      attempt.signal.throwIfAborted();
      const movie = await moviePlan(work, rendition, sound);
      await checkSpace(files.root, movie.bytes);
      const place = await files.begin(attempt.asset, rendition);
      const file = { rendition, plan: movie, place };
      made.push(await writeFile(attempt, file, () => undefined));
      pace.finish(seconds(plan.layout.length) * JOIN_WEIGHT, 0);
    }
    return made;
  } catch (error) {
    await files.discard(attempt.asset);
    throw error;
  }
}

async function moviePlan(
  { tools, attempt, plan, folder, texts }: Work,
  rendition: string,
  sound: EncodedTrack | undefined,
): Promise<MoviePlan> {
  const encoded = plan.encoded.find(({ name }) => name === rendition);
  const pictures =
    encoded === undefined
      ? undefined
      : await joinTrack(
          plan.pieces.map((piece) => ({
            path: folder.place(pieceName(piece, encoded)),
            at: piece.at,
            length: piece.length,
          })),
        );
  const marks = await marksIn(
    tools.recordings,
    plan.layout.runs.flatMap(({ run }) => run.spans),
  );
  const soft = encoded === undefined ? [] : texts.filter(({ spec }) => !spec.burn);
  const movie = joinMovie({
    pictures,
    sound,
    languages: plan.languages,
    texts: movieTexts(soft),
    chapters: chaptersOf(marks, timelineOf(plan)),
    title: attempt.spec.title,
    gaps: plan.layout.gaps,
    cut: plan.layout.cut,
  });
  verify(movie, plan, encoded);
  return movie;
}

/** Half a picture at 10 a second. */
const TOLERANCE_MS = 50;

/** Whether what was encoded is what was asked for; the file itself is held against its plan when it is written. */
function verify(movie: MoviePlan, plan: TranscodePlan, encoded: Encoded | undefined): void {
  const off = Math.abs(movie.durationMs - plan.durationMs);
  if (off > TOLERANCE_MS) throw failed(`it lasts ${movie.durationMs} ms, not ${plan.durationMs}`);
  for (const { track } of movie.tracks) {
    if (track.config.kind !== "video" || encoded === undefined) continue;
    const { width, height } = track.config;
    if (width === encoded.width && height === encoded.height) continue;
    throw failed(`it has ${width} × ${height}, not ${encoded.width} × ${encoded.height} pixels`);
  }
}

function failed(why: string): Fault {
  return new Fault("export_verification_failed", `The movie made is not what was asked: ${why}`);
}
