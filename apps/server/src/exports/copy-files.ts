import { statfs } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Track } from "@oxbow/media";
import type { AssetTrack } from "../assets/index.ts";
import { copyMovie, copySmall, SMALL_BYTES, warmThreads } from "./copy/index.ts";
import type { Attempt, ExportTools, MadeFiles, WorkContext } from "./export-attempt.ts";
import { estimateBytes, resolveRange } from "./export-range.ts";
import type { ExportedFile } from "./export-result.ts";
import type { MoviePlan } from "./plan/index.ts";
import { planOptions, recordedName } from "./plan-options.ts";

type PlannedFile = { readonly rendition: string; readonly plan: MoviePlan };

/**
 * Copies every file of an export. An attempt begins from nothing: copying what an attempt before had
 * copied costs less than proving that it is all there.
 */
export async function copyFiles(tools: ExportTools, attempt: Attempt): Promise<MadeFiles> {
  const { files } = tools.assets;
  const planned = await planFiles(tools, attempt);
  attempt.signal.throwIfAborted();
  const total = planned.reduce((sum, { plan }) => sum + plan.bytes, 0);
  try {
    const made: ExportedFile[] = [];
    const pace = paceOf(total, attempt.report);
    let before = 0;
    for (const { rendition, plan } of planned) {
      const written = before;
      if (made.length === 0) await checkSpace(await files.ensureRoot(), total);
      made.push(
        await writeFile(tools, attempt, { rendition, plan }, (bytes) => pace(written + bytes)),
      );
      before += plan.bytes;
    }
    return told(planned, made);
  } catch (error) {
    await files.discard(attempt.asset);
    throw error;
  }
}

async function planFiles(
  tools: ExportTools,
  { spec, to }: Attempt,
): Promise<readonly PlannedFile[]> {
  const planned: PlannedFile[] = [];
  for (const wish of spec.renditions) {
    const range = await resolveRange(tools, spec, to, recordedName(wish, spec.mode));
    // They begin while the plan is made.
    if (estimateBytes(range) > SMALL_BYTES) warmThreads();
    const plan = await tools.planner.plan(range, planOptions(spec, wish, to));
    planned.push({ rendition: wish.name, plan });
  }
  return planned;
}

/** Writes one planned movie to where it belongs: verified, hashed and durable. */
export async function writeFile(
  { assets: { files } }: ExportTools,
  { asset, spec, signal }: Attempt,
  { rendition, plan }: PlannedFile,
  progress: (bytes: number) => void,
): Promise<ExportedFile> {
  const { partial, final, path } = await files.begin(asset, rendition);
  const copy = plan.bytes > SMALL_BYTES ? copyMovie : copySmall;
  const { sha256 } = await copy({
    ...{ plan, partial, final, signal, progress },
    checksum: spec.checksum,
  });
  const tracks = plan.tracks.map(({ track }) => tellTrack(track));
  return { rendition, path, location: `file:${final}`, bytes: plan.bytes, sha256, tracks };
}

function told(planned: readonly PlannedFile[], files: readonly ExportedFile[]): MadeFiles {
  const [first] = planned;
  if (first === undefined) throw new RangeError("An export of no file");
  const durationMs = planned.reduce(
    (most, { plan }) => (plan.durationMs > most ? plan.durationMs : most),
    first.plan.durationMs,
  );
  return { files, durationMs, gaps: first.plan.gaps, cut: first.plan.cut };
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
export async function checkSpace(folder: string, bytes: number): Promise<void> {
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
