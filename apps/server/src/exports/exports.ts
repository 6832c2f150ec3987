import type { NewEvent } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { ExportRequest } from "./export-request.ts";
import type { ExportView } from "./export-view.ts";
import type { InstantMp4 } from "./instant-mp4.ts";
import type { ExportJob, ExportProgress, ExportState } from "./ports.ts";

/** The kind of job that `jobs` runs for exports. */
export type ExportKind<Tx> = {
  readonly kind: "export";
  readonly idPrefix: "exp";
  readonly maxAttempts: number;
  run(
    job: ExportJob,
    context: { readonly signal: AbortSignal; report(progress: ExportProgress): void },
  ): Promise<unknown>;
  onChange(
    tx: Tx,
    job: ExportJob,
    change: "started" | "progressed" | "ready" | "failed" | "aborted" | "requeued",
  ): Promise<readonly NewEvent[]>;
  mayRun(job: ExportJob): Promise<boolean>;
};

/** Ranges of the archive as MP4: durable exports, and instant ones. */
export interface Exports extends AsyncDisposable {
  /**
   * Checks the request against the archive, pins the range and queues the job in one transaction.
   * Fault `stream_unknown`, `broadcast_unknown`, `range_*`, `export_mode_unsupported`, `storage_full`.
   */
  create(request: ExportRequest): Promise<ExportView>;
  /** Fault `export_unknown`. */
  get(id: string): Promise<ExportView>;
  list(query: {
    /** Id or name. */
    readonly stream?: string;
    readonly state?: ExportState;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ items: readonly ExportView[]; next: string | null }>;
  /** Fault `export_unknown`, `export_finished`. */
  abort(id: string, by: string, why: string): Promise<ExportView>;
  /** A new export with the same request. Fault `export_unknown`, `export_unfinished`. */
  retry(id: string): Promise<ExportView>;
  /** Looks again at what waits; to be called when a broadcast has ended. */
  recheckWaiting(): void;
  /**
   * The range as an MP4 that is stored nowhere. `stream` is an id or a name.
   * Fault `stream_unknown`, `range_*`; `unavailable` while the range is not sealed.
   */
  instantMp4(stream: string, from: Millis, to: Millis): Promise<InstantMp4>;
}
