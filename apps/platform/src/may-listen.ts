import { channelById, mayStream } from "./channels/index.ts";
import type { Store } from "./store/index.ts";
import type { MayListen } from "./updates/index.ts";
import { mayWatch, videoOf } from "./videos/index.ts";

/** A video and its chat are for who may watch it; a channel and its exports for who may stream from it. */
export function mayListen({ db }: Pick<Store, "db">): MayListen {
  return async ({ person }, topic) => {
    const [kind = "", id = ""] = topic.split(":", 2);
    if (kind === "video" || kind === "chat") {
      const video = await videoOf(db, id);
      return video !== undefined && mayWatch(db, person, video);
    }
    const channel = await channelById(db, id);
    return channel !== undefined && mayStream(person, channel);
  };
}
