import { type Millis, rfc3339 } from "@oxbow/media";
import { readSpec } from "./export-spec.ts";
import type { ExportJob, ExportState } from "./ports.ts";

/** The Export of the API. */
export type ExportView = {
  readonly id: string;
  readonly stream: string;
  readonly broadcast: string | null;
  readonly from: string;
  /** Null while the whole of an open broadcast is asked for. */
  readonly to: string | null;
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
  readonly title: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
};

/** The job as the API tells it. */
export function viewExport(job: ExportJob): ExportView {
  const spec = readSpec(job.spec);
  return {
    id: job.id,
    stream: spec.stream.id,
    broadcast: spec.broadcast,
    from: rfc3339(spec.from),
    to: spec.to === null ? null : rfc3339(spec.to),
    state: job.state,
    attempt: job.attempt,
    percent: job.state === "ready" ? 100 : job.progress.percent,
    bytes: job.progress.bytes,
    secondsLeft: job.state === "running" ? job.progress.secondsLeft : null,
    asset: job.state === "ready" ? spec.asset : null,
    error:
      job.error === null
        ? null
        : { code: job.error.code, message: job.error.message, retryable: job.error.retryable },
    title: spec.title,
    metadata: spec.metadata,
    createdAt: rfc3339(job.createdAt satisfies Millis),
  };
}
