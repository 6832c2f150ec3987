import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import { Assets } from "../assets/index.ts";
import { createJobs, type Jobs } from "../jobs/index.ts";
import {
  assetStore,
  exportPins,
  jobStore,
  type OpenStore,
  openStore,
  type Tx,
  uploadStore,
} from "../store/index.ts";
import type { World } from "../world.ts";
import { extentOf, type Placed, resolveClips } from "./clip-for-tests.ts";
import { Exports } from "./exports.ts";
import type { Mark, RangeArchive, RecordedBroadcast, Recordings } from "./ports.ts";

export const ORIGIN = millis(1_763_000_000_000);
export const STREAM = { id: "str_1", name: "story" };
export const TERMINAL = new Set([
  "dvr_mp4_export_ready",
  "dvr_mp4_export_failed",
  "dvr_mp4_export_aborted",
]);

/** The archive and the broadcasts of one stream, as a test sets them. */
export class Recorded implements RangeArchive, Recordings {
  placed: readonly Placed[] = [];
  sealed: Millis | undefined;
  open: RecordedBroadcast | undefined;
  roomy = true;
  /** What is marked in each broadcast. */
  marked: readonly Mark[] = [];
  readonly #listeners = new Set<(stream: string, to: Millis) => void>();

  resolve = async (
    _stream: string,
    from: Millis,
    to: Millis,
    { rendition = "source" }: { readonly rendition?: string } = {},
  ) => resolveClips(this.#of(rendition), from, to);
  view = async () => ({
    ranges: [
      { renditions: [...new Set(this.placed.map(({ rendition = "source" }) => rendition))] },
    ],
  });
  #of = (wanted: string): readonly Placed[] =>
    this.placed.filter(({ rendition = "source" }) => rendition === wanted);
  newest = (): Millis | undefined =>
    this.sealed ?? millis(Math.max(...this.placed.map((each) => extentOf(each).to)));
  mayExport = async (): Promise<boolean> => this.roomy;
  marks = async () => this.marked;
  stream = async (name: string) =>
    name === STREAM.id || name === STREAM.name ? STREAM : undefined;
  openBroadcast = async (): Promise<RecordedBroadcast | undefined> => this.open;
  broadcastBefore = async (): Promise<RecordedBroadcast | undefined> => this.open;

  async broadcast(id: string): Promise<RecordedBroadcast | undefined> {
    if (id === this.open?.id) return this.open;
    const first = this.placed.find(({ broadcast = "brd_1" }) => broadcast === id);
    return first && { id, stream: STREAM, ...extentOf(first) };
  }

  onSealed(listener: (stream: string, to: Millis) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  seal(to: Millis): void {
    this.sealed = to;
    for (const listener of this.#listeners) listener(STREAM.id, to);
  }
}

export type Parts = AsyncDisposable & {
  readonly recorded: Recorded;
  readonly store: OpenStore;
  readonly jobs: Jobs<Tx>;
  readonly exports: Exports<Tx>;
  readonly assets: Assets<Tx>;
};

/** Exports on the real queue and database, in a folder that may have been used before. */
export async function openParts(
  folder: string,
  recorded: Recorded = new Recorded(),
  ffmpeg: string = "ffmpeg",
): Promise<Parts> {
  let ids = 0;
  const world: World = {
    now: () => millis(Date.now()),
    id: (prefix) => `${prefix}_${Date.now()}${String(++ids).padStart(6, "0")}`,
    log: pino({ level: "silent" }),
    metrics: new Registry(),
  };
  const urls = {
    base: "http://media.test",
    recording: (name: string, from: Millis, to: Millis | null) => ({
      hls: `http://media.test/dvr/${name}/index.m3u8?from=${from}&to=${to}`,
      mp4: `http://media.test/dvr/${name}/${from}-${to}.mp4`,
    }),
  };
  const store = await openStore({ file: join(folder, "oxbow.db") }, world);
  const root = join(folder, "assets");
  const assets = new Assets({
    root,
    store: assetStore(store),
    uploads: uploadStore(store),
    uploadMaxBytes: 2 ** 30,
    policyOf: () => "public",
    urls,
    world,
  });
  const ports = { archive: recorded, recordings: recorded, pins: exportPins() };
  const encoder = { ffmpeg, transcodes: 1 };
  const exports = new Exports<Tx>({ ...ports, assets, urls, ...encoder, world });
  const queue = { running: 2, leaseMs: 15_000, owner: world.id("ses") };
  const jobs = createJobs<Tx>({ store: jobStore(store), kinds: exports.kinds, world, ...queue });
  exports.useJobs(jobs);
  await assets.recover();
  await jobs.start();
  await exports.recover();
  return {
    recorded,
    store,
    jobs,
    exports,
    assets,
    [Symbol.asyncDispose]: async () => {
      exports[Symbol.dispose]();
      await jobs[Symbol.asyncDispose]();
      await assets[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Waits until an export's state is one of these; looks after each commit of events. */
export async function reaches(
  { store, exports }: Parts,
  id: string,
  ...states: string[]
): Promise<void> {
  for (;;) {
    const committed = Promise.withResolvers<void>();
    const stop = store.onCommit(() => committed.resolve());
    const { state } = await exports.get(id);
    if (!states.includes(state)) await committed.promise;
    stop();
    if (states.includes(state)) return;
  }
}

export async function eventsOf({ store }: Parts, id: string) {
  const rows = await store.db.selectFrom("events").selectAll().orderBy("sequence").execute();
  return rows
    .map(({ type, data }): { type: string; data: Record<string, unknown> } => ({
      type,
      data: JSON.parse(data),
    }))
    .filter(({ data }) => data["export"] === id);
}

export async function pins({ store }: Parts): Promise<number> {
  return (await store.db.selectFrom("pins").select("id").execute()).length;
}

/** All files under the assets' root. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(folder, "assets"), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

export async function refused(work: Promise<unknown>, code: string): Promise<void> {
  const is = (error: unknown): boolean => error instanceof Fault && error.code === code;
  await assert.rejects(work, is, code);
}

type Body = (parts: Parts, folder: string) => Promise<void>;

/** Declares tests, each on exports in a folder of its own below `root` and on an archive that holds `placed`. */
export function onExports(
  root: string,
  placed: Placed,
): (name: string, body: Body, ffmpeg?: string) => void {
  let folders = 0;
  return (name, body, ffmpeg) => {
    void test(name, async () => {
      folders += 1;
      const folder = join(root, `data-${folders}`);
      await mkdir(folder);
      await using parts = await openParts(folder, new Recorded(), ffmpeg);
      parts.recorded.placed = [placed];
      await body(parts, folder);
    });
  };
}
