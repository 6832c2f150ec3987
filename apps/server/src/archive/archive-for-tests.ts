import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Frame, Millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import { type ArchiveOptions, openArchive } from "./archive.ts";
import type { Archive } from "./archive-door.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { T0 } from "./media-for-tests.ts";
import { readAt } from "./repair-index.ts";
import type { ResolvedSpan } from "./resolved-range.ts";

type TestWorld = World & { time: Millis };

/** A world that is silent, whose clock stands until it is moved, and whose ids count. */
function testWorld(): TestWorld {
  let ids = 0;
  const world: TestWorld = {
    time: T0,
    now: () => world.time,
    id: (prefix) => `${prefix}_${String(++ids).padStart(8, "0")}`,
    log: pino({ level: "silent" }),
    metrics: new Registry(),
  };
  return world;
}

/** The real database, which this folder may not import but its tests may. */
export type Databases<Store extends AsyncDisposable> = {
  openStore(location: { file: string }, world: World): Promise<Store>;
  archiveStore(store: Store): ArchiveStore;
};

export type OnArchive<Store> = {
  readonly folder: string;
  readonly root: string;
  readonly world: TestWorld;
  readonly store: Store;
  readonly rows: ArchiveStore;
  /** Recovered, and not started. */
  readonly archive: Archive;
  /** Another archive over the same files and rows, as after a restart; not recovered. */
  readonly again: (more?: Partial<ArchiveOptions>) => Promise<Archive>;
  /** Says that the test could not be made here. */
  readonly skip: (why: string) => void;
};

export type ArchiveTest<Store> = (
  name: string,
  body: (on: OnArchive<Store>) => Promise<void>,
  options?: Partial<ArchiveOptions>,
) => void;

/** Runs a test with an archive of its own on SQLite. */
export function archiveTest<Store extends AsyncDisposable>(
  databases: Databases<Store>,
): ArchiveTest<Store> {
  return (name, body, options = {}) => {
    void test(name, async (context) => {
      const folder = await mkdtemp(join(tmpdir(), "oxbow-archive-"));
      try {
        const world = testWorld();
        await using store = await databases.openStore({ file: join(folder, "oxbow.db") }, world);
        const rows = databases.archiveStore(store);
        const root = join(folder, "archive");
        await using opened = new AsyncDisposableStack();
        const again = async (more: Partial<ArchiveOptions> = {}) =>
          opened.use(await openArchive({ root, store: rows, world, ...options, ...more }));
        const archive = await again();
        await archive.recover();
        const skip = (why: string) => context.skip(why);
        await body({ folder, root, world, store, rows, archive, again, skip });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  };
}

/** The samples of a span as its chunks tell them, with their bytes from the media file. */
export async function samplesOf(span: ResolvedSpan): Promise<Frame[]> {
  await using media = await open(span.stretch.file);
  const frames: Frame[] = [];
  for (const { track, offset, headerBytes, bytes, dts, samples } of await span.chunks()) {
    const payload = (await readAt(media, offset, bytes)).subarray(headerBytes);
    let [at, time] = [0, dts];
    for (let index = 0; index < samples.count; index += 1) {
      const size = samples.sizes[index] ?? 0;
      const cto = samples.ctos?.[index] ?? 0;
      const key = samples.syncs === "all" || samples.syncs.includes(index);
      frames.push({ track, dts: time, cto, key, data: payload.slice(at, at + size) });
      at += size;
      const { durations } = samples;
      time += typeof durations === "number" ? durations : (durations[index] ?? 0);
    }
  }
  return frames;
}
