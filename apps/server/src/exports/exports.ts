import { errors, Fault, type NewEvent } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import type { Assets } from "../assets/index.ts";
import type { World } from "../world.ts";
import type { ExportTools, WorkContext } from "./export-attempt.ts";
import {
  exportAborted,
  exportFailed,
  exportProgressed,
  exportReady,
  exportStarted,
} from "./export-events.ts";
import { ExportInputs } from "./export-inputs.ts";
import { isSealed, type Sources } from "./export-range.ts";
import type { ExportRequest } from "./export-request.ts";
import { bytesOf, readResult } from "./export-result.ts";
import { assetOf, type ExportSpec, readSpec } from "./export-spec.ts";
import { type ExportView, viewExport } from "./export-view.ts";
import { workExport } from "./export-work.ts";
import type { InstantMp4 } from "./instant-mp4.ts";
import { InstantPlans } from "./instant-plans.ts";
import { createPlanner } from "./plan/index.ts";
import { recordedOf } from "./plan-options.ts";
import type {
  ExportJob,
  ExportJobs,
  ExportPins,
  ExportState,
  ExportUrls,
  StreamName,
} from "./ports.ts";
import { specifyExport } from "./specify-export.ts";
import { discardPieces, piecesKept } from "./transcode/index.ts";

/** Copies take seconds; what is encoded takes long, and must not keep them waiting. */
const COPY = "export";
const TRANSCODE = "transcode_export";
const KINDS = [COPY, TRANSCODE] as const;
const ATTEMPTS = 5;
/** Live transcoders have 5: three times the weight. */
const NICENESS = 10;
/** Joints cost an encoder's rate control a little. */
const PIECE_SECONDS = 180;
/** Texts and images of an export that failed are kept for a further try. */
const KEEP_INPUTS_MS = 24 * 3_600_000;
/** A pin of a range whose end is not known holds all that comes, to the last time that can be told. */
const FOR_EVER = millis(253_402_300_799_999);

type Change = "started" | "progressed" | "ready" | "failed" | "aborted" | "requeued";

/** The kind of job that `jobs` runs for exports. */
export type ExportKind<Tx> = {
  readonly kind: string;
  readonly idPrefix: "exp";
  readonly maxAttempts: number;
  /** So many at one time; as many as the queue works on where it is absent. */
  readonly running?: number;
  run(job: ExportJob, context: WorkContext): Promise<unknown>;
  onChange(tx: Tx, job: ExportJob, change: Change): Promise<readonly NewEvent[]>;
  mayRun(job: ExportJob): Promise<boolean>;
};

export type ExportsOptions<Tx> = Sources & {
  readonly pins: ExportPins<Tx>;
  readonly assets: Assets<Tx>;
  readonly urls: ExportUrls;
  /** The ffmpeg program: its path, or its name on the PATH. */
  readonly ffmpeg: string;
  /** Exports that are encoded at one time. */
  readonly transcodes: number;
  readonly world: World;
};

/** Ranges of the archive as MP4: durable exports, and instant ones. */
export class Exports<Tx> implements Disposable {
  /** To be given to `jobs`. */
  readonly kinds: readonly ExportKind<Tx>[];
  readonly #options: ExportsOptions<Tx>;
  readonly #tools: ExportTools;
  readonly #instant: InstantPlans;
  readonly #unsubscribe: () => void;
  #jobs: ExportJobs<Tx> | undefined;
  /** Jobs that are worked on here. */
  readonly #working = new Set<string>();
  /** Bytes a second of the last copies. */
  #speed: number | undefined;

  constructor(options: ExportsOptions<Tx>) {
    const { archive, recordings, assets, ffmpeg, world } = options;
    const planner = createPlanner();
    const inputs = new ExportInputs(assets.files.root);
    this.#options = options;
    const encoder = { ffmpeg, niceness: NICENESS, pieceSeconds: PIECE_SECONDS };
    this.#tools = { archive, recordings, world, assets, inputs, planner, encoder };
    this.#instant = new InstantPlans({ archive, recordings }, planner);
    this.#unsubscribe = archive.onSealed(() => this.#jobs?.recheckWaiting());
    this.kinds = KINDS.map((kind) => ({
      kind,
      idPrefix: "exp",
      maxAttempts: ATTEMPTS,
      ...(kind === TRANSCODE ? { running: options.transcodes } : {}),
      run: (job, context) => this.#run(job, context),
      onChange: (tx, job, change) => this.#onChange(tx, job, change),
      mayRun: (job) => this.#mayRun(readSpec(job.spec)),
    }));
  }

  /** Gives it the queue, which in turn was made with `kind`. */
  useJobs(jobs: ExportJobs<Tx>): void {
    this.#jobs = jobs;
  }

  /**
   * Checks the request against the archive, pins the range and queues the job in one transaction.
   * Fault `stream_unknown`, `broadcast_unknown`, `range_*`, `rendition_unknown`, `export_mode_unsupported`, `invalid_request`, `storage_full`,
   * `limit_reached`.
   */
  async create(request: ExportRequest): Promise<ExportView> {
    await this.#checkDisk();
    const { spec, state, inputs } = await specifyExport(this.#tools, request);
    const id = this.#options.world.id("exp");
    const kind = spec.mode === "copy" ? COPY : TRANSCODE;
    await this.#tools.inputs.keep(id, inputs);
    try {
      const asked = { id, stream: spec.stream.id, spec, state };
      return viewExport(await this.#queue.create(kind, asked, this.#pinning(spec)));
    } catch (error) {
      await this.#tools.inputs.drop(id);
      throw error;
    }
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
    const { items, next } = await this.#queue.list({ kinds: KINDS, ...rest, ...about });
    return { items: items.map(viewExport), next };
  }

  /** Fault `export_unknown`, `export_finished`. */
  async abort(id: string, by: string, why: string): Promise<ExportView> {
    await this.#known(id);
    const job = await this.#queue.abort(id, by, why);
    await this.#clear(id);
    return viewExport(job);
  }

  /** A new export of the same request. Fault `export_unknown`, `export_unfinished`, `export_finished`. */
  async retry(id: string): Promise<ExportView> {
    await this.#checkDisk();
    const spec = readSpec((await this.#known(id)).spec);
    const pin = this.#pinning(spec);
    const job = await this.#queue.retry(id, async (tx, repeated) => {
      await this.#tools.inputs.repeat(id, repeated.id, inputsOf(spec));
      return pin(tx, repeated);
    });
    return viewExport(job);
  }

  /**
   * Removes what is kept for exports that nobody will try again; to be called at the start, when it is known
   * which of them have failed, and before further ones are asked for. Takes time in proportion to what there is.
   */
  async recover(): Promise<void> {
    const { assets, world } = this.#options;
    const before = world.now() - KEEP_INPUTS_MS;
    for (const id of await this.#tools.inputs.jobs()) {
      const job = await this.#queue.get(id);
      const kept = job?.state === "failed" ? job.updatedAt >= before : isUnfinished(job);
      if (!kept) await this.#tools.inputs.drop(id);
    }
    for (const id of await piecesKept(assets.files.root)) {
      if (!isUnfinished(await this.#queue.get(id))) await discardPieces(assets.files.root, id);
    }
  }

  /** Looks again at what waits; to be called when a broadcast has ended. */
  recheckWaiting(): void {
    this.#jobs?.recheckWaiting();
  }

  /**
   * The range as an MP4 that is stored nowhere. `stream` is an id or a name. Fault `stream_unknown`,
   * `rendition_unknown`, `range_*`; `unavailable` while the range is not sealed.
   */
  instantMp4(
    stream: string,
    from: Millis,
    to: Millis,
    rendition: string = "source",
  ): Promise<InstantMp4> {
    return this.#instant.serve(stream, from, to, rendition);
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
    if (job === undefined || !KINDS.some((kind) => kind === job.kind)) {
      throw new Fault("export_unknown", `There is no export "${id}"`);
    }
    return job;
  }

  /** Whether all that the spec reads is sealed. */
  #mayRun(spec: ExportSpec): Promise<boolean> {
    return isSealed(this.#tools, spec, recordedOf(spec));
  }

  async #checkDisk(): Promise<void> {
    if (await this.#options.archive.mayExport()) return;
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
    const { assets, world } = this.#options;
    await assets.settle();
    // An abort between the rename and the commit: the file has a name, and no asset will have it.
    context.signal.addEventListener("abort", () => {
      this.#clear(job.id).catch((err: unknown) => {
        world.log.warn({ err, export: job.id }, "files of an export were left");
      });
    });
    this.#working.add(job.id);
    try {
      const result = await workExport(this.#tools, job, context);
      const seconds = Math.max(1, result.runningMs) / 1000;
      if (readSpec(job.spec).mode === "copy") this.#speed = bytesOf(result) / seconds;
      return result;
    } catch (error) {
      const last = error instanceof Fault && !errors[error.code].retryable;
      if (!context.signal.aborted && (last || job.attempt >= job.maxAttempts)) {
        await this.#discard(job.id);
      }
      throw error;
    } finally {
      this.#working.delete(job.id);
      if (context.signal.aborted) await this.#clear(job.id);
    }
  }

  /** Removes what there is of an export that will not become an asset. */
  async #clear(id: string): Promise<void> {
    const { state } = await this.#known(id);
    if (state !== "aborted" && state !== "failed") return;
    if (state === "aborted") await this.#tools.inputs.drop(id);
    // What is being written goes when its writer has ended.
    if (!this.#working.has(id)) await this.#discard(id);
  }

  async #discard(id: string): Promise<void> {
    const { files } = this.#options.assets;
    await discardPieces(files.root, id);
    await files.discard(assetOf({ id }));
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
    const { durationMs, files, subtitles } = result;
    const events = await assets.register(tx, {
      id: assetOf(job),
      stream: spec.stream,
      broadcast: spec.broadcast,
      export: job.id,
      title: spec.title,
      durationMs,
      bytes: bytesOf(result),
      files: files.map(({ rendition, path, bytes, sha256, tracks }) => {
        return { rendition, path, bytes, sha256, tracks };
      }),
      subtitles,
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

function isUnfinished(job: ExportJob | undefined): boolean {
  return job?.state === "waiting" || job?.state === "queued" || job?.state === "running";
}

/** The files that a job needs besides the archive. */
function inputsOf({ subtitles, watermark }: ExportSpec): readonly string[] {
  const texts = subtitles.map(({ file }) => file);
  return watermark === null ? texts : [...texts, watermark.file];
}
