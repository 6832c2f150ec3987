import { copyFiles } from "./copy-files.ts";
import type { Attempt, ExportTools, WorkContext } from "./export-attempt.ts";
import { endOf } from "./export-range.ts";
import type { ExportResult } from "./export-result.ts";
import { assetOf, readSpec } from "./export-spec.ts";
import { textsOf } from "./export-texts.ts";
import type { ExportJob } from "./ports.ts";
import { transcodeFiles } from "./transcode/index.ts";

/** One attempt: looks the range up again, makes the files and their texts. */
export async function workExport(
  tools: ExportTools,
  job: ExportJob,
  context: WorkContext,
): Promise<ExportResult> {
  const { world } = tools;
  const spec = readSpec(job.spec);
  const began = world.now();
  const clock = performance.now();
  const asset = assetOf(job);
  // A job that waited was taken while its broadcast was open, and ends with it.
  const to = await endOf(tools, spec, "cut");
  const attempt: Attempt = { job, spec, asset, to, ...context };
  const make = spec.mode === "copy" ? copyFiles : transcodeFiles;
  const made = await make(tools, attempt);
  const texts = await textsOf(tools, attempt, made);
  const subtitles = texts.length === 0 ? [] : await tools.assets.writeSubtitles(asset, texts);
  return {
    ...made,
    subtitles,
    queuedMs: Math.max(0, began - job.createdAt),
    runningMs: Math.round(performance.now() - clock),
  };
}
