import { rm } from "node:fs/promises";
import type { ExportEncoder } from "../export-attempt.ts";
import { checkRange, type PlanOptions } from "../plan/index.ts";
import type { ArchivedRange, ArchivedSpan } from "../ports.ts";
import { edgeForm } from "./edge-form.ts";
import { edgeSpans, videoOf } from "./edge-spans.ts";
import { writeSilence } from "./silence-file.ts";

export type CopyTools = {
  readonly encoder: ExportEncoder;
  /** Begins the paths of files that are made for the copy: the movie's temporary name. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  /** The part, from 0 to 1, of what is encoded; not called where nothing is. */
  readonly progress?: (part: number) => void;
};

/** What the planner is to be given. The files that it points to are there until this is disposed of. */
export type PreparedCopy = AsyncDisposable & {
  readonly range: ArchivedRange;
  readonly options: PlanOptions;
};

/**
 * What is refused before a copy is prepared. Fault as `planExport`, and `export_mode_unsupported` where an
 * exact cut can't be had by copying.
 */
export function checkCopy(range: ArchivedRange, options: PlanOptions): readonly ArchivedSpan[] {
  const spans = checkRange(range, options);
  const video = spans.map(videoOf).find((track) => track !== undefined);
  if (options.cut === "exact" && video !== undefined) edgeForm(video.config);
  return spans;
}

/**
 * Makes what a copy needs that is not in the archive: the pictures at an exact cut, encoded anew so that
 * all between them can be copied, and silence for gaps of the sound. Most copies need neither, and cost
 * nothing here. When it rejects, nothing is left behind.
 * Fault as `checkCopy`; `encoder_failed`, `encoder_missing`, `media_unreadable`, `source_media_lost`; the signal's reason.
 */
export async function prepareCopy(
  range: ArchivedRange,
  options: PlanOptions,
  { encoder, prefix, signal, progress = () => undefined }: CopyTools,
): Promise<PreparedCopy> {
  const made: string[] = [];
  const remove = async (): Promise<void> => {
    await Promise.all(made.map((file) => rm(file, { force: true })));
  };
  const fileOf = (name: string): string => {
    const file = `${prefix}.${name}`;
    made.push(file);
    return file;
  };
  try {
    const spans = checkCopy(range, options);
    const tracks = spans.flatMap(({ stretch }) => stretch.tracks);
    const silence = options.gaps === "fill" ? await writeSilence(tracks, fileOf) : undefined;
    const edged =
      options.cut === "exact"
        ? await edgeSpans(spans, options, { encoder, fileOf, signal, progress })
        : spans;
    return {
      range: { ...range, spans: edged },
      options: silence === undefined ? options : { ...options, silence },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
