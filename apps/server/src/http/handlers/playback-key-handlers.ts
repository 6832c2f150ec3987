import type { PlaybackKey as PlaybackKeyView } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import type { PlaybackKeys, StoredPlaybackKey } from "../../viewers/index.ts";
import type { Handlers } from "../api/index.ts";
import { pageOf } from "./page.ts";

type PlaybackKeyOperations = Pick<
  Handlers,
  "playbackKeys.list" | "playbackKeys.create" | "playbackKeys.delete"
>;

/** What playback tokens are signed with. A secret is told once, when it is made. */
export function playbackKeyHandlers(keys: PlaybackKeys): PlaybackKeyOperations {
  return {
    "playbackKeys.list": async ({ query }) => {
      const all = (await keys.list()).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const { items, next } = pageOf(all, ({ id }) => id, query);
      return { items: items.map(showKey), next };
    },
    "playbackKeys.create": async ({ body: { name, publicKey } }) => {
      const made = await keys.create(publicKey === undefined ? { name } : { name, publicKey });
      return { ...showKey(made), ...(made.algorithm === "HS256" ? { secret: made.key } : {}) };
    },
    "playbackKeys.delete": async ({ params }) => keys.remove(params.key),
  };
}

function showKey(stored: StoredPlaybackKey): PlaybackKeyView {
  const { id, name, kid, algorithm, createdAt } = stored;
  return { id, name, kid, algorithm, createdAt: rfc3339(createdAt) };
}
