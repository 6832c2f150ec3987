import { mkdir } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { MediaPlace } from "../packager/index.ts";
import type { World } from "../world.ts";
import type {
  Archive,
  ArchiveRecovery,
  ArchiveStorage,
  DvrAnswer,
  MediaExtent,
  NewPin,
  Recorder,
  RecoveredStretch,
  Removal,
} from "./archive-door.ts";
import { ARCHIVE_LIMITS, type ArchiveLimits } from "./archive-limits.ts";
import type { ArchiveStore, Pin, Retention } from "./archive-store.ts";
import type { ArchiveView } from "./archive-view.ts";
import type { DiskSpace } from "./disk-ladder.ts";
import { DiskWatch, diskSpace } from "./disk-watch.ts";
import { type DvrMarkers, DvrRoute } from "./dvr/index.ts";
import { IndexCache } from "./index-cache.ts";
import { LiveStretches } from "./live-stretches.ts";
import { checkRange, resolveRange } from "./range-resolver.ts";
import type { RecordedPictures } from "./recorded-pictures.ts";
import { renditionsOf } from "./recorded-renditions.ts";
import type { RecordedStretch } from "./recorded-segments.ts";
import { CROWDED, QueuedRecorder, type QueueOptions } from "./recorder.ts";
import { recoverStretch } from "./recover-stretch.ts";
import type { ResolvedRange } from "./resolved-range.ts";
import { Keeper } from "./retention.ts";
import { SOURCE } from "./stored-stretch.ts";
import { stretchesInRange } from "./stretches-in-range.ts";
import { SyncGate } from "./sync-gate.ts";
import { viewArchive } from "./view-archive.ts";
import { DiskQueues } from "./waiting-bytes.ts";

export type ArchiveOptions = {
  /** Folder of the media files; it is made where it is missing. */
  readonly root: string;
  readonly store: ArchiveStore;
  readonly world: World;
  /** Wanted length of segments, as the packager has it. */
  readonly segmentMs?: number;
  /** For streams that have none of their own; null keeps everything. */
  readonly retention?: Retention | null;
  readonly limits?: Partial<ArchiveLimits>;
  /** What playlists say of named moments. */
  readonly markers?: DvrMarkers;
  /** Free space of the volume; by default that of `root`. */
  readonly diskSpace?: () => Promise<DiskSpace>;
};

/** Opens the archive under `root`. `recover` comes next, before anything is recorded. */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  await mkdir(options.root, { recursive: true });
  return new DiskArchive(options);
}

type StreamName = { readonly id: string; readonly name: string };

class DiskArchive implements Archive {
  readonly #root: string;
  readonly #store: ArchiveStore;
  readonly #world: World;
  readonly #limits: ArchiveLimits;
  readonly #live = new LiveStretches();
  readonly #indexes: IndexCache;
  readonly #gate: SyncGate;
  readonly #queues = new DiskQueues();
  readonly #keeper: Keeper;
  readonly #disk: DiskWatch;
  readonly #dvr: DvrRoute;
  readonly #recorders = new Set<Recorder>();
  readonly #timers: NodeJS.Timeout[] = [];
  /** What a timer began and has not ended yet. */
  readonly #works = new Set<Promise<void>>();

  constructor({
    root,
    store,
    world,
    segmentMs = 2000,
    retention = null,
    limits,
    diskSpace: space,
    markers,
  }: ArchiveOptions) {
    this.#root = root;
    this.#store = store;
    this.#world = world;
    this.#limits = { ...ARCHIVE_LIMITS, ...limits };
    this.#indexes = new IndexCache(world, this.#limits.indexCacheBytes);
    this.#gate = new SyncGate(this.#limits.syncsAtOnce);
    const { answerCacheBytes: cacheBytes, playlistBytes: textBytes } = this.#limits;
    const { playlistMs, heldTargets } = this.#limits;
    const parts = { root, store, world, live: this.#live, indexes: this.#indexes };
    this.#dvr = new DvrRoute({
      ...parts,
      markers,
      segmentMs,
      cacheBytes,
      textBytes,
      playlistMs,
      heldTargets,
    });
    this.#keeper = new Keeper({
      ...parts,
      byDefault: retention,
      onEvicted: () => {
        this.#live.evicted();
        this.#dvr.forget();
      },
    });
    this.#disk = new DiskWatch(store, world, space ?? (() => diskSpace(root)));
  }

  async recover(): Promise<ArchiveRecovery> {
    await this.#keeper.unlinkDoomed();
    const stretches: RecoveredStretch[] = [];
    for (const row of await this.#store.openStretches()) {
      const { report, extent } = await recoverStretch(this.#root, row);
      if (extent === undefined) await this.#store.dropStretch(row.id);
      else await this.#store.growStretch(row.id, extent);
      this.#world.log.warn(report, "recovered an archive file that was open");
      stretches.push(report);
    }
    for (const { id, newest } of await this.#store.archivedStreams()) {
      if (newest !== null) this.#live.rememberNewest(id, newest);
    }
    return { stretches };
  }

  start(): void {
    if (this.#timers.length > 0) return;
    const { retainEveryMs, diskEveryMs } = this.#limits;
    this.#every(retainEveryMs, "retention", () => this.retain(this.#world.now()));
    this.#every(diskEveryMs, "looking at the disk", () => this.#disk.look());
  }

  record(
    { id, name }: StreamName,
    broadcast: string,
    { rendition = SOURCE }: { readonly rendition?: string } = {},
  ): Recorder {
    const recorder = new QueuedRecorder(
      {
        root: this.#root,
        stream: { id, name },
        broadcast,
        rendition,
        store: this.#store,
        world: this.#world,
        limits: this.#limits,
        live: this.#live,
        gate: this.#gate,
        mayRecord: () => this.#disk.mayRecord(rendition),
      },
      this.#queueing(rendition),
      () => this.#recorders.delete(recorder),
    );
    this.#recorders.add(recorder);
    return recorder;
  }

  async view(stream: string, from?: Millis, to?: Millis): Promise<ArchiveView> {
    if (from !== undefined && to !== undefined) checkRange(from, to);
    return viewArchive(this.#store, this.#live, stream, [from, to]);
  }

  async storage(): Promise<ArchiveStorage> {
    const [disk, streams] = await Promise.all([this.#disk.state(), this.#store.storage()]);
    return { disk, streams };
  }

  newest(stream: string, rendition?: string): Millis | undefined {
    return this.#live.newest(stream, rendition);
  }

  nextSegment(stream: string): Promise<number> {
    return this.#store.nextSegment(stream);
  }

  onSealed(listener: (stream: string, to: Millis) => void): () => void {
    return this.#live.onSealed((stream, to) => {
      try {
        listener(stream, to);
      } catch (error) {
        this.#world.log.error({ err: error, stream }, "a listener to sealed segments failed");
      }
    });
  }

  resolve(
    stream: string,
    from: Millis,
    to: Millis,
    only: { readonly broadcast?: string; readonly rendition?: string } = {},
  ): Promise<ResolvedRange> {
    const parts = { root: this.#root, store: this.#store, live: this.#live };
    return resolveRange({ ...parts, indexes: this.#indexes }, stream, { from, to, ...only });
  }

  async renditions(stream: string, from: Millis, to: Millis): Promise<readonly string[]> {
    checkRange(from, to);
    const range = { stream, from, to, rendition: null };
    return renditionsOf(await stretchesInRange(this.#store, this.#live, range));
  }

  async pin({ stream, from, to, reason, owner, expiresAt }: NewPin): Promise<Pin> {
    checkRange(from, to);
    const { id, now } = this.#world;
    const pin: Pin = {
      id: id("pin"),
      stream,
      from,
      to,
      reason: reason ?? null,
      owner: owner ?? null,
      expiresAt: expiresAt ?? null,
      createdAt: now(),
    };
    await this.#store.addPin(pin);
    return pin;
  }

  async unpin(id: string): Promise<void> {
    const outcome = await this.#store.removePin(id);
    if (outcome === "removed") return;
    throw outcome === "unknown"
      ? new Fault("pin_unknown", `Cannot remove pin "${id}": there is none`)
      : new Fault("conflict", `Cannot remove pin "${id}": an export holds it until it ends`);
  }

  pins(stream: string): Promise<readonly Pin[]> {
    return this.#store.pins(stream);
  }

  unpinOwner(owner: string): Promise<void> {
    return this.#store.removePinsOf(owner);
  }

  async remove(stream: StreamName, from: Millis, to: Millis): Promise<Removal> {
    checkRange(from, to);
    return this.#keeper.remove({ id: stream.id, name: stream.name }, from, to);
  }

  retain(now: Millis): Promise<void> {
    return this.#keeper.retain(now);
  }

  dvrRoute(
    stream: StreamName,
    path: string,
    query: URLSearchParams,
    gone?: AbortSignal,
  ): Promise<DvrAnswer | undefined> {
    return this.#dvr.answer(stream.id, path, query, gone);
  }

  ended(stream: string): void {
    this.#live.changed(stream);
  }

  media(stream: string, place: MediaPlace): Promise<DvrAnswer | undefined> {
    return this.#dvr.media(stream, place);
  }

  extent(stream: string, place: MediaPlace): Promise<MediaExtent | undefined> {
    return this.#dvr.extent(stream, place);
  }

  seed(stream: string, broadcast: string, since: Millis): Promise<readonly RecordedStretch[]> {
    return this.#dvr.seed(stream, broadcast, since);
  }

  pictures(stream: string, from: Millis, to: Millis): Promise<RecordedPictures> {
    checkRange(from, to);
    return this.#dvr.pictures(stream, from, to);
  }

  async mayExport(): Promise<boolean> {
    if (this.#disk.mayExport()) return true;
    // Whoever has made room is not refused for what was seen before.
    try {
      await this.#disk.look();
    } catch (err) {
      this.#world.log.error({ err }, "looking at the disk failed");
    }
    return this.#disk.mayExport();
  }

  mayRecord(rendition?: string): boolean {
    return this.#disk.mayRecord(rendition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#dvr.close();
    await Promise.all([...this.#recorders].map((recorder) => recorder.close()));
    await Promise.all(this.#works);
  }

  /** A rendition has a queue of its own, and uses it while those of the sources are short. */
  #queueing(rendition: string): QueueOptions {
    const { sources, renditions } = this.#queues;
    const { queueBytes, allQueuesBytes } = this.#limits;
    const { renditionQueueBytes, allRenditionQueuesBytes } = this.#limits;
    if (rendition === SOURCE) {
      const limits = { ownBytes: queueBytes, allBytes: allQueuesBytes };
      return { shared: sources, ...limits, yields: () => false };
    }
    const limits = { ownBytes: renditionQueueBytes, allBytes: allRenditionQueuesBytes };
    const yields = () => sources.crowded > 0 || sources.bytes > allQueuesBytes * CROWDED;
    return { shared: renditions, ...limits, yields };
  }

  /** Does `work` now and then; one piece of work at a time, and a piece that is late is left out. */
  #every(ms: number, what: string, work: () => Promise<void>): void {
    let busy = false;
    const turn = (): void => {
      if (busy) return;
      busy = true;
      const done = work()
        .catch((error: unknown) => this.#world.log.error({ err: error }, `${what} failed`))
        .finally(() => {
          busy = false;
        });
      this.#works.add(done);
      void done.finally(() => this.#works.delete(done));
    };
    this.#timers.push(setInterval(turn, ms).unref());
    turn();
  }
}
