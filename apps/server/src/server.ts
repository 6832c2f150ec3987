import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { firstApiKey } from "./api-key-file.ts";
import { type ArchiveRecovery, openArchive } from "./archive/index.ts";
import { Assets } from "./assets/index.ts";
import { broadcastOutputs } from "./broadcast-outputs.ts";
import { createEvents } from "./events/index.ts";
import { Exports } from "./exports/index.ts";
import { createHealth, listenHttp, mediaRoutes, mediaSources } from "./http/index.ts";
import { startRtmpIngest } from "./ingest/index.ts";
import { createJobs, type JobsRecovery } from "./jobs/index.ts";
import { orNameSetting } from "./listen-problem.ts";
import { createLive } from "./live/index.ts";
import { publicUrls, rtmpUrl, urlOf } from "./public-urls.ts";
import { readyChecks } from "./ready-checks.ts";
import { lastBefore, recordings } from "./recordings.ts";
import { serveApi } from "./serve-api.ts";
import type { Settings } from "./settings.ts";
import {
  apiKeys,
  archiveStore,
  assetStore,
  eventStore,
  exportPins,
  jobStore,
  openSecretBox,
  openStore,
  streamStore,
  type Tx,
} from "./store/index.ts";
import { type Broadcast, type Stream, type StreamNow, Streams } from "./streams/index.ts";
import type { World } from "./world.ts";

/** A running media server. Disposing drains it: nothing that was recorded or decided is lost. */
export interface MediaServer extends AsyncDisposable {
  /** Base URL of API and playback on this machine. */
  readonly http: string;
  /** What encoders publish to on this machine. */
  readonly rtmp: string;
}

const LEASE_MS = 15_000;
const TICK_MS = 500;

/** Wires the folders together: one process that ingests, records, exports and serves. */
export async function startServer(settings: Settings, world: World): Promise<MediaServer> {
  await using stack = new AsyncDisposableStack();
  const { data, host } = settings;
  await mkdir(data, { recursive: true });
  const box = await openSecretBox(join(data, "secret"));
  const { databaseUrl: url } = settings;
  const place = url === undefined ? { file: join(data, "oxbow.db") } : { url };
  const store = stack.use(await openStore(place, world));
  const keys = apiKeys(store, world);
  const adminKey = await firstApiKey(data, settings.apiKey);
  await keys.adopt(adminKey, { name: "first", scope: "admin" });

  const httpAt = { host, port: settings.httpPort };
  const http = stack.use(
    await orNameSetting(listenHttp(httpAt, world), { ...httpAt, setting: "OXBOW_HTTP_PORT" }),
  );
  const local = urlOf(host, http.port);
  const urls = publicUrls(settings.publicUrl ?? local);

  const archive = stack.use(
    await openArchive({ root: join(data, "archive"), store: archiveStore(store), world }),
  );
  const recovered = await archive.recover();
  const live = createLive({ segmentMs: 2_000, now: world.now });
  const kept = streamStore(store, box);
  const streams = stack.use(
    new Streams({
      store: kept,
      outputs: broadcastOutputs({ live, archive, world }),
      urls,
      world,
      ended: (stream, broadcast) => broadcastEnded(stream, broadcast),
    }),
  );
  const assetRoot = (settings.storage ?? `file:${join(data, "assets")}`).slice("file:".length);
  const assets = stack.use(new Assets({ root: assetRoot, store: assetStore(store), urls, world }));
  const exports = stack.use(
    new Exports<Tx>({
      archive,
      recordings: recordings(streams, kept),
      pins: exportPins(),
      assets,
      urls,
      world,
    }),
  );
  await assets.recover();
  const jobs = stack.use(
    createJobs<Tx>({
      store: jobStore(store),
      kinds: [exports.kind],
      world,
      owner: world.id("ses"),
      running: settings.exportsRunning,
      leaseMs: LEASE_MS,
    }),
  );
  exports.useJobs(jobs);
  const broadcastEnded = (stream: Stream, broadcast: Broadcast) => {
    exports.recheckWaiting();
    if (!stream.policy.autoExport || !stream.policy.record) return;
    exports.create({ broadcast: broadcast.id, title: stream.title }).catch((error: unknown) => {
      world.log.error({ err: error, broadcast: broadcast.id }, "broadcast not exported");
    });
  };

  const events = stack.use(createEvents({ store: eventStore(store, box, world), world }));
  const resumed = await streams.start();
  const requeued = await jobs.start();
  await kept.tell([started(recovered, resumed, requeued)]);
  await events.start();
  archive.start();
  const clock = setInterval(() => live.tick(world.now()), TICK_MS);
  stack.defer(() => clearInterval(clock));

  const recordingOf = async ({ stream, broadcast }: StreamNow) => {
    const last = broadcast ?? (await lastBefore(kept, stream.id, world.now()));
    if (!last || !stream.policy.record) return undefined;
    const to = last.state === "ended" ? last.to : null;
    return urls.recording(stream.name, last.from, to).hls.slice(urls.base.length);
  };
  const health = createHealth(readyChecks({ store, archive, data }), world);
  const rtmpAt = { host, port: settings.rtmpPort };
  const rtmp = await orNameSetting(startRtmpIngest({ publishing: streams, ...rtmpAt, world }), {
    ...rtmpAt,
    setting: "OXBOW_RTMP_PORT",
  });
  const server = rtmpUrl(urls.base, rtmp.port);
  const api = await serveApi({
    streams,
    broadcasts: kept,
    archive,
    exports,
    assets,
    events,
    keys,
    store,
    box,
    urls: { ...urls, rtmp: server },
    world,
  });
  const sources = mediaSources({ streams, live, archive, exports, assets, recordingOf });
  http.serve({ media: mediaRoutes(sources, world), api, health });

  // Before all else when the server stops: no new work, and word of it.
  stack.defer(async () => {
    health.drain();
    await kept.tell([{ type: "server_stopping", data: { sessions: streams.sessions().length } }]);
    await rtmp[Symbol.asyncDispose]();
    await api.close();
  });
  const owned = stack.move();
  return {
    http: local,
    rtmp: rtmpUrl(local, rtmp.port),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function started(archive: ArchiveRecovery, resumed: readonly StreamNow[], jobs: JobsRecovery) {
  return {
    type: "server_started",
    data: {
      streams: archive.stretches.map(({ recoveredTo, ...stretch }) => ({
        ...stretch,
        recoveredTo: new Date(recoveredTo).toISOString(),
      })),
      broadcasts: {
        closed: [],
        resumed: resumed.flatMap(({ broadcast }) => broadcast?.id ?? []),
      },
      secondsLost: archive.stretches.reduce((sum, { lostSeconds }) => sum + lostSeconds, 0),
      exportsResumed: jobs.requeued,
    },
  } as const;
}
