import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Millis, millis, plus } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import { type ClipOptions, makeClip } from "../../../../../fixtures/clip.ts";
import { Assets } from "../../assets/index.ts";
import { assetStore, type OpenStore, openStore, uploadStore } from "../../store/index.ts";
import type { World } from "../../world.ts";
import { type Clip, extentOf, type Placed, readClip, resolveClips } from "../clip-for-tests.ts";
import type { Attempt, ExportEncoder, ExportTools, MadeFiles } from "../export-attempt.ts";
import { ExportInputs } from "../export-inputs.ts";
import type { ExportRequest } from "../export-request.ts";
import { createPlanner } from "../plan/index.ts";
import type { ExportJob, ExportProgress, RangeArchive, Recordings } from "../ports.ts";
import { specifyExport } from "../specify-export.ts";
import { transcodeFiles } from "./transcode-files.ts";

export const ORIGIN: Millis = millis(1_763_000_000_000);
const STREAM = { id: "str_1", name: "story" };

/** What makes a file of ffmpeg one of the archive. */
export const ARCHIVED: readonly string[] = [
  ...["-movflags", "empty_moov+default_base_moof+separate_moof+frag_keyframe"],
  ...["-frag_duration", "500000", "-video_track_timescale", "90000"],
];

/** A clip that can be judged, in an archive file. */
export async function archiveClip(
  folder: string,
  name: string,
  options: ClipOptions,
): Promise<Clip> {
  const file = join(folder, `${name}.mp4`);
  const small = { width: 320, height: 180, ...options };
  const output = ["-preset", "ultrafast", ...(options.output ?? [])];
  await makeClip(file, {
    ...small,
    output: [...output, ...ARCHIVED],
  });
  return readClip(file);
}

/** A folder of assets, and an archive that holds these clips. */
export class Bench implements AsyncDisposable {
  readonly root: string;
  readonly tools: ExportTools;
  readonly reported: ExportProgress[] = [];
  readonly #store: OpenStore;
  #jobs = 0;

  private constructor(root: string, store: OpenStore, tools: ExportTools) {
    this.root = root;
    this.tools = tools;
    this.#store = store;
  }

  static async open(placed: readonly Placed[], more: Partial<ExportEncoder> = {}): Promise<Bench> {
    const root = await mkdtemp(join(tmpdir(), "oxbow-transcode-"));
    let ids = 0;
    const world: World = {
      now: () => plus(ORIGIN, 3_600_000),
      id: (prefix) => `${prefix}_${++ids}`,
      log: pino({ level: "silent" }),
      metrics: new Registry(),
    };
    const store = await openStore({ file: join(root, "oxbow.db") }, world);
    const assets = new Assets({
      root: join(root, "assets"),
      ...{ store: assetStore(store), uploads: uploadStore(store), uploadMaxBytes: 2 ** 30 },
      ...{ policyOf: () => "public", urls: { base: "http://media.test" }, world },
    });
    const inputs = new ExportInputs(assets.files.root);
    const ports = { ...portsOf(placed), assets, inputs, planner: createPlanner() };
    // Others' work on the machine is not to make tests slow.
    const encoder = { ffmpeg: "ffmpeg", niceness: 0, pieceSeconds: 180, ...more };
    return new Bench(root, store, { ...ports, encoder, world });
  }

  /** Makes the files of a request, as the only export. */
  async make(request: ExportRequest, more: Partial<Attempt> = {}): Promise<MadeFiles> {
    return transcodeFiles(this.tools, await this.attempt(request, more));
  }

  /** A first attempt at a request. */
  async attempt(request: ExportRequest, more: Partial<Attempt> = {}): Promise<Attempt> {
    this.#jobs += 1;
    const id = `exp_${this.#jobs}`;
    const asked = { stream: "story", mode: "transcode" as const, ...request };
    const { spec, inputs } = await specifyExport(this.tools, asked);
    await this.tools.inputs.keep(id, inputs);
    return {
      job: jobOf(id, spec),
      spec,
      asset: `ast_${this.#jobs}`,
      to: spec.to ?? spec.from,
      signal: new AbortController().signal,
      report: (progress) => this.reported.push(progress),
      ...more,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
    await rm(this.root, { recursive: true, force: true });
  }
}

function jobOf(id: string, spec: unknown): ExportJob {
  const progress = { percent: 0, bytes: 0, secondsLeft: null };
  return {
    ...{ id, kind: "transcode_export", stream: STREAM.id, spec, progress },
    ...{ state: "running", attempt: 1, maxAttempts: 5, result: null, error: null, retryOf: null },
    ...{ createdAt: ORIGIN, updatedAt: ORIGIN },
  };
}

function portsOf(placed: readonly Placed[]): Pick<ExportTools, "archive" | "recordings"> {
  const extents = placed.map(extentOf);
  const newest = millis(Math.max(...extents.map(({ to }) => to)));
  const archive: RangeArchive = {
    resolve: async (_stream, from, to) => resolveClips(placed, from, to),
    view: async () => ({ ranges: [] }),
    newest: () => newest,
    onSealed: () => () => undefined,
    mayExport: async () => true,
  };
  const broadcast = { id: "brd_1", stream: STREAM, from: extents[0]?.from ?? ORIGIN, to: newest };
  const recordings: Recordings = {
    marks: async () => [],
    stream: async () => STREAM,
    broadcast: async () => broadcast,
    openBroadcast: async () => undefined,
    broadcastBefore: async () => broadcast,
  };
  return { archive, recordings };
}
