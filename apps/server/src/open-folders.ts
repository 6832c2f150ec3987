import { join } from "node:path";
import { type Archive, openArchive } from "./archive/index.ts";
import { Assets } from "./assets/index.ts";
import { broadcastOutputs } from "./broadcast-outputs.ts";
import { publishPermit } from "./callbacks.ts";
import { createEvents, type Events } from "./events/index.ts";
import { Exports } from "./exports/index.ts";
import { createJobs, type Jobs } from "./jobs/index.ts";
import { Ladders } from "./ladders.ts";
import { createLive, type Live } from "./live/index.ts";
import { Markers } from "./markers/index.ts";
import type { PublicUrls } from "./public-urls.ts";
import { broadcastAt, recordings } from "./recordings.ts";
import { Relay } from "./relay/index.ts";
import type { Settings } from "./settings.ts";
import {
  archiveStore,
  assetStore,
  eventStore,
  exportPins,
  jobStore,
  markerStore,
  type OpenStore,
  type SecretBox,
  streamStore,
  type Tx,
  uploadStore,
} from "./store/index.ts";
import {
  type Broadcast,
  type Stream,
  type StreamNow,
  type StreamStore,
  Streams,
} from "./streams/index.ts";
import { createTranscoders, type Transcoders } from "./transcode/index.ts";
import type { World } from "./world.ts";

const SEGMENT_MS = 2_000;
const LEASE_MS = 15_000;
/** The longest merge window of HTTP-FLV and RTMP for a stream of low latency, in milliseconds. */
const LOW_LATENCY_MERGE_MS = 20;

/** The folders of the server, each with what it needs of the others. */
export type Folders = {
  readonly archive: Archive;
  readonly markers: Markers;
  readonly live: Live;
  readonly relay: Relay;
  readonly transcoders: Transcoders;
  readonly ladders: Ladders;
  readonly streams: Streams;
  readonly streamStore: StreamStore;
  readonly assets: Assets<Tx>;
  readonly exports: Exports<Tx>;
  readonly jobs: Jobs<Tx>;
  readonly events: Events;
};

export type FolderOptions = {
  readonly settings: Settings;
  readonly world: World;
  readonly store: OpenStore;
  readonly box: SecretBox;
  readonly urls: PublicUrls;
};

/** Opens every folder and hands it to `stack`. Nothing is recovered, started or listened on yet. */
export async function openFolders(
  { settings, world, store, box, urls }: FolderOptions,
  stack: AsyncDisposableStack,
): Promise<Folders> {
  const { data } = settings;
  const markers = new Markers({
    store: markerStore(store),
    broadcastAt: (stream, at) => broadcastAt({ streams, kept, archive, world }, stream, at),
    world,
  });
  const archive: Archive = stack.use(
    await openArchive({ root: join(data, "archive"), store: archiveStore(store), markers, world }),
  );
  const live = createLive({ segmentMs: SEGMENT_MS, now: world.now });
  const kept = streamStore(store, box);
  const windowMs = (stream: string) => windowOf(settings, streams.find(stream));
  const relay = stack.use(new Relay({ world, windowMs }));
  const tap = (stream: { readonly id: string }) => relay.tap(stream);
  const transcoders = stack.use(liveTranscoders(settings, world));
  const ladders = new Ladders({ transcoders, archive, streamStore: kept, world });
  const made = settings.transcoders > 0 ? { ladders } : {};
  const outputs = broadcastOutputs({ live, archive, markers, world, tap, ...made });
  const streams: Streams = stack.use(
    new Streams({
      store: kept,
      outputs,
      urls,
      world,
      ended: broadcastEnded(archive, () => exports, world),
      permit: await publishPermit(settings, world, stack),
    }),
  );
  const root = (settings.storage ?? `file:${join(data, "assets")}`).slice("file:".length);
  const assets = stack.use(
    new Assets({
      root,
      store: assetStore(store),
      uploads: uploadStore(store),
      uploadMaxBytes: settings.uploadMaxBytes,
      policyOf: (id) => streams.find(id)?.stream.policy.playback.policy ?? "public",
      urls,
      world,
    }),
  );
  const known = recordings(streams, kept, markers);
  const exports: Exports<Tx> = stack.use(
    new Exports<Tx>({
      ...{ archive, recordings: known, pins: exportPins(), assets, urls, world },
      ffmpeg: settings.ffmpeg,
      transcodes: settings.transcodeExports,
    }),
  );
  const jobs = stack.use(
    createJobs<Tx>({
      store: jobStore(store),
      kinds: exports.kinds,
      world,
      owner: world.id("ses"),
      running: settings.exportsRunning,
      leaseMs: LEASE_MS,
    }),
  );
  exports.useJobs(jobs);
  const events = stack.use(createEvents({ store: eventStore(store, box, world), world }));
  return {
    archive,
    markers,
    live,
    relay,
    transcoders,
    ladders,
    streams,
    streamStore: kept,
    assets,
    exports,
    jobs,
    events,
  };
}

function liveTranscoders(settings: Settings, world: World): Transcoders {
  const { ffmpeg, transcoders: processes, transcodeNice, transcodeMemory } = settings;
  const limits = { processes, niceness: transcodeNice, memoryBytes: transcodeMemory };
  return createTranscoders({ ffmpeg, world, limits });
}

function windowOf({ mergeWindow }: Settings, now: StreamNow | undefined): number {
  const low = now?.stream.policy.latency === "low";
  return low ? Math.min(LOW_LATENCY_MERGE_MS, mergeWindow) : mergeWindow;
}

/**
 * What the end of a broadcast means: to playlists of the archive that ran along, to exports that waited
 * for it, and by the stream's own wish.
 */
function broadcastEnded(archive: Archive, exports: () => Exports<Tx>, world: World) {
  return (stream: Stream, broadcast: Broadcast): void => {
    archive.ended(stream.id);
    exports().recheckWaiting();
    if (!stream.policy.autoExport || !stream.policy.record) return;
    const request = { broadcast: broadcast.id, title: stream.title };
    exports()
      .create(request)
      .catch((error: unknown) => {
        world.log.error({ err: error, broadcast: broadcast.id }, "broadcast not exported");
      });
  };
}
