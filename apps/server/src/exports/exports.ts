import { Fault, type NewEvent } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import type { Assets } from "../assets/index.ts";
import type { World } from "../world.ts";
import {
  exportAborted,
  exportFailed,
  exportProgressed,
  exportReady,
  exportStarted,
} from "./export-events.ts";
import { isSealed, type Sources } from "./export-range.ts";
import type { ExportRequest } from "./export-request.ts";
import { readResult } from "./export-result.ts";
import { assetOf, type ExportSpec, readSpec } from "./export-spec.ts";
import { type ExportView, viewExport } from "./export-view.ts";
import { type ExportTools, type WorkContext, workExport } from "./export-work.ts";
import type { InstantMp4 } from "./instant-mp4.ts";
import { InstantPlans } from "./instant-plans.ts";
import { createPlanner } from "./plan/index.ts";
import type {
  ExportJob,
  ExportJobs,
  ExportPins,
  ExportState,
  ExportUrls,
  StreamName,
} from "./ports.ts";
import { askedOf, specifyExport } from "./specify-export.ts";

const KIND = "export";
const ATTEMPTS = 5;
/** A pin of a range whose end is not known holds all that comes, to the last time that can be told. */
const FOR_EVER = millis(253_402_300_799_999);

type Change = "started" | "progressed" | "ready" | "failed" | "aborted" | "requeued";

/** The kind of job that `jobs` runs for exports. */
export type ExportKind<Tx> = {
  readonly kind: "export";
  readonly idPrefix: "exp";
  readonly maxAttempts: number;
  run(job: ExportJob, context: WorkContext): Promise<unknown>;
  onChange(tx: Tx, job: ExportJob, change: Change): Promise<readonly NewEvent[]>;
  mayRun(job: ExportJob): Promise<boolean>;
};

export type ExportsOptions<Tx> = Sources & {
  readonly pins: ExportPins<Tx>;
  readonly assets: Assets<Tx>;
  readonly urls: ExportUrls;
  readonly world: World;
};

/** Ranges of the archive as MP4: durable exports, and instant ones. */
export class Exports<Tx> implements Disposable {
  /** To be given to `jobs`. */
  readonly kind: ExportKind<Tx>;
  readonly #options: ExportsOptions<Tx>;
  readonly #tools: ExportTools;
  readonly #instant: InstantPlans;
  readonly #unsubscribe: () => void;
  #jobs: ExportJobs<Tx> | undefined;
  /** Bytes a second of the last copies. */
  #speed: number | undefined;

  constructor(options: ExportsOptions<Tx>) {
    const { archive, recordings, assets, world } = options;
    const planner = createPlanner();
    this.#options = options;
    this.#tools = { archive, recordings, world, files: assets.files, planner };
    this.#instant = new InstantPlans({ archive, recordings }, planner);
    this.#unsubscribe = archive.onSealed(() => this.#jobs?.recheckWaiting());
    this.kind = {
      kind: KIND,
      idPrefix: "exp",
      maxAttempts: ATTEMPTS,
      run: (job, context) => this.#run(job, context),
      onChange: (tx, job, change) => this.#onChange(tx, job, change),
      mayRun: (job) => isSealed(this.#tools, askedOf(readSpec(job.spec))),
    };
  }

  /** Gives it the queue, which in turn was made with `kind`. */
  useJobs(jobs: ExportJobs<Tx>): void {
    this.#jobs = jobs;
  }

  /**
   * Checks the request against the archive, pins the range and queues the job in one transaction.
   * Fault `stream_unknown`, `broadcast_unknown`, `range_*`, `export_mode_unsupported`, `storage_full`,
   * `limit_reached`.
   */
  async create(request: ExportRequest): Promise<ExportView> {
    this.#checkDisk();
    const { spec, state } = await specifyExport(this.#tools, request);
    const pin = this.#pinning(spec);
    const job = await this.#queue.create(KIND, { stream: spec.stream.id, spec, state }, pin);
    return viewExport(job);
  }

  /** Fault `export_unknown`. */
  async get(id: string): Promise<ExportView> {
    return viewExport(await this.#known(id));
  }

  async list(query: {
    /** Id or name. */
    readonly stream?: string;
    readonly state?: ExportState;
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ items: readonly ExportView[]; next: string | null }> {
    const { stream: name, ...rest } = query;
    let stream: StreamName | undefined;
    if (name !== undefined) {
      stream = await this.#options.recordings.stream(name);
      if (stream === undefined) throw new Fault("stream_unknown", `There is no stream "${name}"`);
    }
    const about = stream === undefined ? {} : { stream: stream.id };
    const { items, next } = await this.#queue.list({ kind: KIND, ...rest, ...about });
    return { items: items.map(viewExport), next };
  }

  /** Fault `export_unknown`, `export_finished`. */
  async abort(id: string, by: string, why: string): Promise<ExportView> {
    await this.#known(id);
    return viewExport(await this.#queue.abort(id, by, why));
  }

  /** A new export of the same request. Fault `export_unknown`, `export_unfinished`, `export_finished`. */
  async retry(id: string): Promise<ExportView> {
    this.#checkDisk();
    const spec = readSpec((await this.#known(id)).spec);
    return viewExport(await this.#queue.retry(id, this.#pinning(spec)));
  }

  /** Looks again at what waits; to be called when a broadcast has ended. */
  recheckWaiting(): void {
    this.#jobs?.recheckWaiting();
  }

  /**
   * The range as an MP4 that is stored nowhere. `stream` is an id or a name.
   * Fault `stream_unknown`, `range_*`; `unavailable` while the range is not sealed.
   */
  instantMp4(stream: string, from: Millis, to: Millis): Promise<InstantMp4> {
    return this.#instant.serve(stream, from, to);
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
  }

  get #queue(): ExportJobs<Tx> {
    if (this.#jobs === undefined) throw new Error("Exports were not given their queue");
    return this.#jobs;
  }

  async #known(id: string): Promise<ExportJob> {
    const job = await this.#queue.get(id);
    if (job?.kind !== KIND) throw new Fault("export_unknown", `There is no export "${id}"`);
    return job;
  }

  #checkDisk(): void {
    if (this.#options.archive.mayExport()) return;
    throw new Fault("storage_full", "The disk is too full for exports: free some space first");
  }

  /** The pin that holds the range from creation to the end of the job. */
  #pinning({ stream, from, to }: ExportSpec) {
    const { pins, world } = this.#options;
    return async (tx: Tx, job: ExportJob): Promise<readonly NewEvent[]> => {
      const pin = { id: world.id("pin"), stream: stream.id, from, to: to ?? FOR_EVER };
      await pins.pin(tx, { ...pin, owner: job.id, createdAt: world.now() });
      return [];
    };
  }

  async #run(job: ExportJob, context: WorkContext): Promise<unknown> {
    const { files } = this.#options.assets;
    await this.#options.assets.settle();
    const result = await workExport(this.#tools, job, context);
    const seconds = Math.max(1, result.runningMs) / 1000;
    this.#speed = result.bytes / seconds;
    // An abort between the rename and the commit: the file has a name, and no asset will have it.
    const aborted = async (): Promise<void> => {
      const { state } = await this.#known(job.id);
      if (state === "aborted" || state === "failed") await files.discard(assetOf(job));
    };
    context.signal.addEventListener("abort", () => {
      aborted().catch((err: unknown) => {
        this.#options.world.log.warn({ err, export: job.id }, "files of an export were left");
      });
    });
    return result;
  }

  async #onChange(tx: Tx, job: ExportJob, change: Change): Promise<readonly NewEvent[]> {
    const { pins, urls } = this.#options;
    if (change === "ready" || change === "failed" || change === "aborted") {
      await pins.unpin(tx, job.id);
    }
    switch (change) {
      case "started":
        return [exportStarted(job, await this.#endTold(job), this.#speed)];
      case "progressed":
        return [exportProgressed(job)];
      case "ready":
        return this.#register(tx, job);
      case "failed":
        return [exportFailed(job, await this.#endTold(job), urls)];
      case "aborted":
        return [exportAborted(job)];
      case "requeued":
      default:
        return [];
    }
  }

  async #register(tx: Tx, job: ExportJob): Promise<readonly NewEvent[]> {
    const { assets, urls, world } = this.#options;
    const spec = readSpec(job.spec);
    const result = readResult(job.result);
    const { path, bytes, sha256, tracks, durationMs } = result;
    const events = await assets.register(tx, {
      id: assetOf(job),
      stream: spec.stream,
      broadcast: spec.broadcast,
      export: job.id,
      title: spec.title,
      durationMs,
      bytes,
      files: [{ rendition: "source", path, bytes, sha256, tracks }],
      metadata: spec.metadata,
      createdAt: world.now(),
    });
    return [exportReady(job, result, urls.base), ...events];
  }

  /** The end of the range, as far as it is known. */
  async #endTold(job: ExportJob): Promise<Millis> {
    const { to, only } = readSpec(job.spec);
    if (to !== null) return to;
    const broadcast = only === null ? undefined : await this.#options.recordings.broadcast(only);
    return broadcast?.to ?? job.updatedAt;
  }
}
