import { rfc3339 } from "@oxbow/media";
import { bytesOf, readResult } from "./export-result.ts";
import { assetOf, type ExportSpec, readSpec } from "./export-spec.ts";
import type { ExportJob, ExportState } from "./ports.ts";

/** The Export of the API. */
export type ExportView = {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string | null;
  readonly from: string;
  readonly to: string;
  readonly state: ExportState;
  readonly attempt: number;
  readonly percent: number;
  readonly bytes: number;
  readonly secondsLeft: number | null;
  readonly asset: string | null;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly retryable: boolean;
    readonly detail?: string;
  } | null;
  readonly mode: "copy" | "transcode";
  readonly cut: "keyframe" | "exact";
  readonly gaps: "skip" | "fail" | "fill";
  readonly packing: "auto" | "clean";
  readonly checksum: "sha256" | "none";
  /** Names of the files. */
  readonly renditions: readonly string[];
  readonly tracks: readonly ("video" | "audio")[];
  /** Without their words. */
  readonly subtitles: readonly {
    readonly language: string;
    readonly label?: string;
    readonly default: boolean;
    readonly burn: boolean;
  }[];
  readonly loudness: number | null;
  readonly watermark: boolean;
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly retryOf: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** The job as the API tells it. */
export function viewExport(job: ExportJob): ExportView {
  const spec = readSpec(job.spec);
  const result = job.state === "ready" ? readResult(job.result) : undefined;
  // Of a broadcast that is still open: what there was of it when the job last changed.
  const until = job.updatedAt > spec.from ? job.updatedAt : spec.from;
  return {
    id: job.id,
    stream: spec.stream.id,
    broadcast: spec.broadcast,
    from: rfc3339(spec.from),
    to: rfc3339(spec.to ?? result?.cut.to ?? until),
    state: job.state,
    attempt: job.attempt,
    percent: result === undefined ? job.progress.percent : 100,
    bytes: result === undefined ? job.progress.bytes : bytesOf(result),
    secondsLeft: job.state === "running" ? job.progress.secondsLeft : null,
    asset: job.state === "ready" ? assetOf(job) : null,
    error: errorTold(job),
    ...askedFor(spec),
    retryOf: job.retryOf,
    createdAt: rfc3339(job.createdAt),
    updatedAt: rfc3339(job.updatedAt),
  };
}

function errorTold({ error }: ExportJob): ExportView["error"] {
  if (error === null) return null;
  const { code, message, retryable, detail } = error;
  return { code, message, retryable, ...(detail === undefined ? {} : { detail }) };
}

function askedFor(spec: ExportSpec) {
  const { mode, cut, gaps, packing, checksum, title, metadata, tracks, loudness } = spec;
  return {
    ...{ mode, cut, gaps, packing, checksum, title, metadata, tracks, loudness },
    renditions: spec.renditions.map(({ name }) => name),
    subtitles: spec.subtitles.map(({ language, label, default: preferred, burn }) => ({
      language,
      ...(label === null ? {} : { label }),
      default: preferred,
      burn,
    })),
    watermark: spec.watermark !== null,
  };
}
