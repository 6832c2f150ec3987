import { decisionCallback } from "./callbacks.ts";
import type { Folders } from "./open-folders.ts";
import type { Settings } from "./settings.ts";
import { type OpenStore, playbackKeyStore, type SecretBox } from "./store/index.ts";
import { openBroadcast, type StreamNow, stateName } from "./streams/index.ts";
import { Viewers } from "./viewers/index.ts";
import type { World } from "./world.ts";

export type ViewerParts = {
  readonly settings: Settings;
  readonly folders: Folders;
  readonly store: OpenStore;
  readonly box: SecretBox;
  /** HLS of the stream's running or last recording, relative to this server. */
  readonly recordingOf: (stream: StreamNow) => Promise<string | undefined>;
  readonly world: World;
};

/** Viewers over the folders that know what there is to watch, and what becomes of it. */
export async function openViewers(
  { settings, folders, store, box, recordingOf, world }: ViewerParts,
  stack: AsyncDisposableStack,
): Promise<Viewers> {
  const { streams, events, streamStore } = folders;
  const onPlay = await decisionCallback(settings, settings.onPlayUrl, world, stack);
  const viewers = new Viewers({
    keys: playbackKeyStore(store, box),
    titles: {
      stream: (idOrName) => streams.find(idOrName),
      asset: (id) => watchedAsset(folders, id),
    },
    events: streamStore,
    signal: {
      newest: () => events.newest(),
      follow: (filter, signal) => events.follow(filter, signal),
      facts: async (id) => {
        const before = streams.find(id);
        const recording = before && (await recordingOf(before));
        const now = streams.find(id);
        if (!now) return undefined;
        const { state } = now.stream;
        const broadcast = openBroadcast(state);
        return { state: stateName(state), broadcast, recording: recording ?? null };
      },
      isRecording: ({ stream, data }) => isRecording(folders, stream?.id, data["export"]),
    },
    onPlay,
    playEvents: settings.playEvents === "on",
    world,
  });
  stack.use(viewers);
  viewers.start();
  return viewers;
}

async function watchedAsset({ assets }: Folders, id: string) {
  const policy = await assets.policy(id);
  return policy && { policy, stream: (await assets.get(id)).stream };
}

/** Clips that somebody exports are not for everybody: only what the stream's own wish made of a whole broadcast is. */
async function isRecording(
  { streams, exports, streamStore }: Folders,
  stream: string | undefined,
  id: unknown,
): Promise<boolean> {
  const found = stream === undefined ? undefined : streams.find(stream);
  if (!found?.stream.policy.autoExport || typeof id !== "string") return false;
  const { broadcast, from, to } = await exports.get(id);
  const whole = broadcast === null ? undefined : await streamStore.broadcast(broadcast);
  if (!whole || whole.to === null) return false;
  return Date.parse(from) <= whole.from && Date.parse(to) >= whole.to;
}
