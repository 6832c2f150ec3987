import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Fault, hasRenditions, newEvent } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import { type ArchiveRecovery, SOURCE } from "./archive/index.ts";
import { firstApiKey } from "./data-secrets.ts";
import {
  boundedSources,
  clientAddress,
  createHealth,
  type HttpServer,
  identityFromFiles,
  listenHttp,
  listenHttps,
  mediaRoutes,
  mediaSources,
  ownIdentity,
  type PicturePorts,
} from "./http/index.ts";
import { startRtmpIngest } from "./ingest/index.ts";
import type { JobsRecovery } from "./jobs/index.ts";
import { orNameSetting } from "./listen-problem.ts";
import { type Folders, openFolders } from "./open-folders.ts";
import { openViewers } from "./open-viewers.ts";
import { type PublicUrls, publicUrls, rtmpUrl, urlOf } from "./public-urls.ts";
import { readyChecks } from "./ready-checks.ts";
import { lastBefore } from "./recordings.ts";
import { type PlayGate, rtmpPlay } from "./relay/index.ts";
import { serveApi } from "./serve-api.ts";
import type { Settings } from "./settings.ts";
import { apiKeys, openSecretBox, openStore } from "./store/index.ts";
import type { StreamNow, StreamsRecovery } from "./streams/index.ts";
import { assetPictures, streamPictures } from "./thumbnail-sources.ts";
import { Thumbnails } from "./thumbnails/index.ts";
import { TranscodeDoctor } from "./transcode/index.ts";
import type { World } from "./world.ts";

/** A running media server. Disposing drains it: nothing that was recorded or decided is lost. */
export interface MediaServer extends AsyncDisposable {
  /** Base URL of API and playback on this machine. */
  readonly http: string;
  /** The same over TLS, with HTTP/2; undefined where it is off. */
  readonly https: string | undefined;
  /** What encoders publish to on this machine. */
  readonly rtmp: string;
}

/** Parts of missing media are told in time, and waits end in time. */
const TICK_MS = 100;

/** One process that ingests, records, exports and serves. */
export async function startServer(settings: Settings, world: World): Promise<MediaServer> {
  await using stack = new AsyncDisposableStack();
  const { data, host, databaseUrl: url } = settings;
  await mkdir(data, { recursive: true });
  const box = await openSecretBox(join(data, "secret"));
  const place = url === undefined ? { file: join(data, "oxbow.db") } : { url };
  const store = stack.use(await openStore(place, world));
  const keys = apiKeys(store, world);
  const adminKey = await firstApiKey(data, settings.apiKey);
  await keys.adopt(adminKey, { name: "first", scope: "admin" });

  // The port is in every URL that is handed out: it is taken first, and answers 503 until all is there.
  const httpAt = { host, port: settings.httpPort };
  const http = stack.use(
    await orNameSetting(listenHttp(httpAt, world), { ...httpAt, setting: "OXBOW_HTTP_PORT" }),
  );
  const https = await serveHttps(settings, world, stack);
  const local = urlOf(host, http.port);
  const urls = publicUrls(settings.publicUrl ?? local);
  const folders = await openFolders({ settings, world, store, box, urls }, stack);
  await startWork(folders, world, stack);
  const recorded = recordingOf(folders, urls, world);
  const parts = { settings, folders, store, box, recordingOf: recorded, world };
  const viewers = await openViewers(parts, stack);

  const { streams, streamStore } = folders;
  const rtmpAt = { host, port: settings.rtmpPort };
  const listening = startRtmpIngest({
    publishing: streams,
    play: playOverRtmp(folders, viewers),
    ...rtmpAt,
    world,
  });
  const rtmp = stack.use(await orNameSetting(listening, { ...rtmpAt, setting: "OXBOW_RTMP_PORT" }));
  const health = createHealth(readyChecks({ ...folders, store, data }), world);
  const api = await serveApi({
    ...folders,
    viewers,
    transcoders: folders.ladders,
    doctor: doctorOf(folders, settings, world),
    settings: settings.told,
    broadcasts: streamStore,
    keys,
    store,
    box,
    urls: {
      ...urls,
      rtmp: rtmpUrl(urls.base, rtmp.port),
      rtmpPlay: rtmpUrl(urls.base, rtmp.port, "play"),
    },
    world,
  });
  const open = mediaSources({
    ...folders,
    recordingOf: recorded,
    flv: flvOf(folders),
    viewerEvents: ({ stream }) => viewers.signal(stream.id),
    pictures: picturesOf(folders, settings, world),
  });
  const sources = boundedSources(open, { ...folders, world });
  const addressOf = clientAddress(settings.trustedProxies);
  const media = mediaRoutes(sources, world, { addressOf, gate: viewers });
  for (const port of [http, https]) port?.serve({ media, api, health });

  // Before all else when the server stops: no new work, and word of it.
  stack.defer(async () => {
    health.drain();
    const sessions = streams.sessions().length;
    await streamStore.tell([newEvent("server_stopping", { sessions })]);
    await rtmp[Symbol.asyncDispose]();
    media.release();
    await api.close();
  });
  const owned = stack.move();
  return {
    http: local,
    https: https && urlOf(host, https.port, "https"),
    rtmp: rtmpUrl(local, rtmp.port),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function doctorOf({ transcoders }: Folders, { ffmpeg }: Settings, world: World): TranscodeDoctor {
  return new TranscodeDoctor({ ffmpeg, world, encoders: () => transcoders.encoders() });
}

/** Posters and thumbnails of all that can be played. */
function picturesOf(folders: Folders, { ffmpeg }: Settings, world: World): PicturePorts {
  const { archive, assets, streamStore: broadcasts } = folders;
  const thumbnails = new Thumbnails({ ffmpeg });
  return {
    ...streamPictures({ thumbnails, archive, broadcasts, world }),
    vod: assetPictures(thumbnails, assets),
  };
}

/** HTTP/2 with the operator's certificate, or one of the server's own for this machine. */
async function serveHttps(
  { data, host, httpsPort: port, tlsCert: cert, tlsKey: key }: Settings,
  world: World,
  stack: AsyncDisposableStack,
): Promise<HttpServer | undefined> {
  if (port === undefined) return undefined;
  const identity = stack.use(
    cert !== undefined && key !== undefined
      ? await identityFromFiles({ cert, key }, world)
      : await ownIdentity(join(data, "tls"), world),
  );
  const listening = listenHttps({ host, port, identity }, world);
  return stack.use(await orNameSetting(listening, { host, port, setting: "OXBOW_HTTPS_PORT" }));
}

/** Takes up what the last run left, tells of it, and begins what goes on by itself. */
async function startWork(
  folders: Folders,
  world: World,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { archive, assets, exports, streams, jobs, events, live, streamStore, transcoders } =
    folders;
  const recovered = await archive.recover();
  await assets.recover();
  const broadcasts = await streams.start();
  const requeued = await jobs.start();
  await exports.recover();
  await streamStore.tell([started(recovered, broadcasts, requeued)]);
  await events.start();
  archive.start();
  // Known by the time that somebody publishes; a server without ladders tries no encoder.
  if (streams.list().some(({ stream }) => hasRenditions(stream.policy.ladder))) {
    transcoders.encoders().catch((err: unknown) => world.log.error({ err }, "encoders not tried"));
  }
  const clock = setInterval(() => live.tick(world.now()), TICK_MS);
  stack.defer(() => clearInterval(clock));
}

function started(archive: ArchiveRecovery, broadcasts: StreamsRecovery, jobs: JobsRecovery) {
  const { stretches } = archive;
  return newEvent("server_started", {
    streams: stretches.map((stretch) => ({
      ...stretch,
      recoveredTo: rfc3339(stretch.recoveredTo),
    })),
    broadcasts: { resumed: [...broadcasts.resumed], closed: [...broadcasts.closed] },
    secondsLost: stretches.reduce(
      (sum, { rendition, lostSeconds }) => sum + (rendition === SOURCE ? lostSeconds : 0),
      0,
    ),
    exportsResumed: [...jobs.requeued],
  });
}

/** HTTP-FLV of a stream, and the same by RTMP. */
function flvOf({ relay }: Folders) {
  return ({ stream }: StreamNow) => {
    const answer = relay.flv(stream.id);
    if (!answer) throw new Fault("stream_offline", `"${stream.name}" is not on air`);
    return answer;
  };
}

function playOverRtmp({ relay, streams }: Folders, gate: PlayGate) {
  return rtmpPlay({ relay, find: (idOrName) => streams.find(idOrName)?.stream, gate });
}

/** HLS of a stream's running or last recording, relative to this server. */
function recordingOf({ streamStore }: Folders, urls: PublicUrls, world: World) {
  return async ({ stream, broadcast }: StreamNow): Promise<string | undefined> => {
    if (!stream.policy.record) return undefined;
    const last = broadcast ?? (await lastBefore(streamStore, stream.id, world.now()));
    if (!last) return undefined;
    const to = last.state === "ended" ? last.to : null;
    return urls.recording(stream.name, last.from, to).hls.slice(urls.base.length);
  };
}
