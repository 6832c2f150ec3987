import type { ToldSetting } from "@oxbow/settings";
import type { Archive } from "./archive/index.ts";
import { type Assets, decodeText } from "./assets/index.ts";
import type { Events } from "./events/index.ts";
import type { Exports } from "./exports/index.ts";
import {
  type Api,
  archiveHandlers,
  assetHandlers,
  createApi,
  type DoctorPort,
  doctorHandlers,
  eventHandlers,
  exportHandlers,
  keyHandlers,
  markerHandlers,
  operatingHandlers,
  playbackKeyHandlers,
  type StreamUrls,
  sessionHandlers,
  streamHandlers,
  type TranscoderStatus,
  UploadRoutes,
  withUploads,
} from "./http/index.ts";
import type { Markers } from "./markers/index.ts";
import {
  type ApiKeys,
  idempotency,
  type OpenStore,
  type SecretBox,
  type Tx,
} from "./store/index.ts";
import type { StreamStore, Streams } from "./streams/index.ts";
import type { Viewers } from "./viewers/index.ts";
import type { World } from "./world.ts";

export type ApiParts = {
  readonly streams: Streams;
  readonly broadcasts: Pick<StreamStore, "broadcast" | "broadcasts">;
  readonly archive: Archive;
  readonly exports: Exports<Tx>;
  readonly assets: Assets<Tx>;
  readonly events: Events;
  readonly viewers: Viewers;
  readonly markers: Markers;
  readonly transcoders: TranscoderStatus;
  readonly doctor: DoctorPort;
  readonly settings: readonly ToldSetting[];
  readonly keys: ApiKeys;
  readonly store: OpenStore;
  readonly box: SecretBox;
  readonly urls: StreamUrls & { readonly base: string };
  readonly world: World;
};

/** The API over the folders that answer it. */
export async function serveApi(parts: ApiParts): Promise<Api> {
  const {
    streams,
    archive,
    exports,
    assets,
    events,
    viewers,
    markers,
    transcoders,
    keys,
    store,
    box,
    urls,
    world,
  } = parts;
  const api = await createApi({
    handlers: {
      ...streamHandlers({ streams, broadcasts: parts.broadcasts, viewers, transcoders, urls }),
      ...archiveHandlers({ archive, streams }),
      ...exportHandlers({ exports }),
      ...assetHandlers({ assets, streams, policyChanged: (id) => viewers.assetChanged(id) }),
      ...eventHandlers({ events, streams }),
      ...sessionHandlers({ streams, viewers }),
      ...keyHandlers(keys),
      ...markerHandlers({ markers, streams }),
      ...playbackKeyHandlers(viewers.keys),
      ...doctorHandlers(parts.doctor),
      ...operatingHandlers({ archive, assets, settings: parts.settings }),
    },
    keys,
    idempotency: idempotency(store, world, box),
    world,
    publicUrl: urls.base,
    readText: decodeText,
  });
  const { maxBytes } = assets.uploads;
  return withUploads(api, new UploadRoutes({ assets, keys, maxBytes, world }));
}
