import { rfc3339 } from "@oxbow/media";
import { readResult } from "./export-result.ts";
import { assetOf, readSpec } from "./export-spec.ts";
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
  } | null;
  readonly mode: "copy";
  readonly cut: "keyframe";
  readonly gaps: "skip" | "fail";
  readonly packing: "auto" | "clean";
  readonly checksum: "sha256" | "none";
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
    bytes: result?.bytes ?? job.progress.bytes,
    secondsLeft: job.state === "running" ? job.progress.secondsLeft : null,
    asset: job.state === "ready" ? assetOf(job) : null,
    error:
      job.error === null
        ? null
        : { code: job.error.code, message: job.error.message, retryable: job.error.retryable },
    mode: "copy",
    cut: "keyframe",
    gaps: spec.gaps,
    packing: spec.packing,
    checksum: spec.checksum,
    title: spec.title,
    metadata: spec.metadata,
    retryOf: job.retryOf,
    createdAt: rfc3339(job.createdAt),
    updatedAt: rfc3339(job.updatedAt),
  };
}
