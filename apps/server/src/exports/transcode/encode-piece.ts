import { writeFile } from "node:fs/promises";
import { type Cue, millis } from "@oxbow/media";
import type { Attempt, ExportTools } from "../export-attempt.ts";
import { cuesWithin } from "../export-texts.ts";
import { assScript } from "./burned-text.ts";
import { feedTrack } from "./feed-track.ts";
import type { PieceFolder } from "./piece-folder.ts";
import type { Piece } from "./pieces.ts";
import type { Encoded } from "./renditions.ts";
import { resolvePiece } from "./resolve-piece.ts";
import { runEncoder } from "./run-encoder.ts";
import { TICKS } from "./scan-run.ts";
import { type PieceFile, videoArguments } from "./video-arguments.ts";

/** All that pieces of one export share. */
export type PieceWork = {
  readonly tools: ExportTools;
  readonly attempt: Attempt;
  readonly folder: PieceFolder;
  readonly encoded: readonly Encoded[];
  /** Drawn into the pictures; on the export's timeline. */
  readonly burned: readonly Cue[];
};

/** The file of a piece in one quality. */
export function pieceName(piece: Piece, { name }: Pick<Encoded, "name">): string {
  return `${piece.name}-${name}.mp4`;
}

const PROGRESS_MS = 500;

/**
 * Encodes a piece in all its qualities, and makes it durable. `progress` is told how much of it there is,
 * 0 to 1, and its bytes. Fault as `runEncoder`.
 */
export async function encodePiece(
  { tools, attempt, folder, encoded, burned }: PieceWork,
  piece: Piece,
  progress: (part: number, bytes: number) => void,
): Promise<void> {
  const { video } = piece.run;
  if (video?.config.kind !== "video") throw new RangeError("A piece without pictures");
  const { config } = video;
  const names = encoded.map((each) => pieceName(piece, each));
  const files: PieceFile[] = [];
  for (const [at, each] of encoded.entries()) {
    const path = folder.draft(names[at] ?? "");
    files.push({ encoded: each, path, burned: await writeScript(folder, piece, each, burned) });
  }
  const { watermark } = attempt.spec;
  const logo =
    watermark === null
      ? null
      : { ...watermark, path: tools.inputs.path(attempt.job.id, watermark.file) };
  const spans = await resolvePiece(tools, attempt.spec.stream.id, piece);
  // Held pictures are made faster than others, but they are counted.
  const pictures = Math.max(1, (piece.pictures * piece.length) / (piece.to - piece.from));
  let done = 0;
  const tell = async (): Promise<void> => {
    const sizes = await Promise.all(names.map((name) => folder.drafted(name)));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    progress(done / (pictures * stepOf(encoded[0])), bytes);
  };
  const timer = setInterval(() => void tell(), PROGRESS_MS);
  try {
    await runEncoder({
      encoder: tools.encoder,
      args: videoArguments({ piece, config, files, watermark: logo }),
      input: feedTrack(spans, video),
      signal: attempt.signal,
      output: (text) => {
        done = Number(/frame=(\d+)\s[^]*$/.exec(text.toString("latin1"))?.[1] ?? done);
      },
    });
    await folder.finish(names);
  } catch (error) {
    await folder.drop(names);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Of the pictures that are decoded, the part that the first quality has. */
function stepOf(encoded: Encoded | undefined): number {
  return encoded?.rate !== null && encoded?.rate !== undefined && "step" in encoded.rate
    ? 1 / encoded.rate.step
    : 1;
}

const ms = (ticks: number) => millis((ticks * 1000) / TICKS);

async function writeScript(
  folder: PieceFolder,
  piece: Piece,
  encoded: Encoded,
  burned: readonly Cue[],
): Promise<string | undefined> {
  const cues = cuesWithin(burned, ms(piece.at), ms(piece.at + piece.length));
  if (cues.length === 0) return undefined;
  const path = folder.place(`${piece.name}-${encoded.name}.ass`);
  await writeFile(path, assScript(cues, encoded));
  return path;
}
