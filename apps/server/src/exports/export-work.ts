import { statfs } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Track } from "@oxbow/media";
import type { AssetFiles, AssetTrack } from "../assets/index.ts";
import type { World } from "../world.ts";
import { copyMovie, copySmall, SMALL_BYTES, warmThreads } from "./copy/index.ts";
import { endOf, estimateBytes, resolveRange, type Sources } from "./export-range.ts";
import type { ExportResult } from "./export-result.ts";
import { assetOf, readSpec } from "./export-spec.ts";
import type { Planner } from "./plan/index.ts";
import type { ExportJob, ExportProgress } from "./ports.ts";
import { askedOf } from "./specify-export.ts";

const RENDITION = "source";

export type WorkContext = {
  readonly signal: AbortSignal;
  readonly report: (progress: ExportProgress) => void;
};

export type ExportTools = Sources & {
  readonly files: AssetFiles;
  readonly planner: Planner;
  readonly world: World;
};

/**
 * One attempt: looks the range up again, plans it, writes it. An attempt begins from nothing: copying
 * what an attempt before had copied costs less than proving that it is all there.
 */
export async function workExport(
  tools: ExportTools,
  job: ExportJob,
  { signal, report }: WorkContext,
): Promise<ExportResult> {
  const { files, planner, world } = tools;
  const spec = readSpec(job.spec);
  const began = world.now();
  const clock = performance.now();
  const asset = assetOf(job);
  const asked = askedOf(spec);
  // A job that waited was taken while its broadcast was open, and ends with it.
  const to = await endOf(tools, asked, "cut");
  const range = await resolveRange(tools, asked, to);
  // They begin while the plan is made.
  if (estimateBytes(range) > SMALL_BYTES) warmThreads();
  const { from, gaps, packing, title } = spec;
  const plan = await planner.plan(range, { from, to, gaps, packing, title });
  signal.throwIfAborted();
  try {
    const file = await files.begin(asset, RENDITION);
    await checkSpace(files.root, plan.bytes);
    const pace = paceOf(plan.bytes, report);
    const copy = plan.bytes > SMALL_BYTES ? copyMovie : copySmall;
    const { sha256 } = await copy({
      plan,
      partial: file.partial,
      final: file.final,
      checksum: spec.checksum,
      signal,
      progress: pace,
    });
    return {
      path: file.path,
      location: `file:${file.final}`,
      bytes: plan.bytes,
      durationMs: plan.durationMs,
      sha256,
      tracks: plan.tracks.map(({ track }) => tellTrack(track)),
      gaps: plan.gaps,
      cut: plan.cut,
      queuedMs: Math.max(0, began - job.createdAt),
      runningMs: Math.round(performance.now() - clock),
    };
  } catch (error) {
    await files.discard(asset);
    throw error;
  }
}

/** Turns bytes written into the progress that is told. */
function paceOf(total: number, report: WorkContext["report"]): (bytes: number) => void {
  const began = performance.now();
  return (bytes) => {
    if (bytes === 0) return;
    const seconds = (performance.now() - began) / 1000;
    report({
      // The last percent is fsync and verification.
      percent: Math.min(99, Math.floor((bytes / total) * 100)),
      bytes,
      secondsLeft: Math.round(((total - bytes) * seconds) / bytes),
    });
  };
}

/** Refuses what can't fit before a byte is written. */
async function checkSpace(folder: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (bytes > free) {
    throw new Fault(
      "storage_full",
      `Cannot write an export of ${bytes} bytes: the disk has ${free} free`,
    );
  }
}

function tellTrack({ config, language }: Track): AssetTrack {
  const { kind, codecString: codec } = config;
  if (config.kind === "audio") {
    const { sampleRate, channels } = config;
    return { kind, codec, language, sampleRate, channels };
  }
  const { width, height, frameRate } = config;
  return {
    kind,
    codec,
    language,
    width,
    height,
    ...(frameRate === undefined ? {} : { frameRate }),
  };
}
