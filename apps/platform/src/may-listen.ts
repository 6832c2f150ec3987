import { channelById, mayStream } from "./channels/index.ts";
import { mayModerateChannel } from "./chat/index.ts";
import type { Store } from "./store/index.ts";
import type { MayListen } from "./updates/index.ts";
import { mayWatch, videoOf } from "./videos/index.ts";

/**
 * A video and its chat are for who may watch it; a channel and its exports for who may stream from it;
 * what its moderators must see for those who moderate its chat.
 */
export function mayListen({ db }: Pick<Store, "db">): MayListen {
  return async (caller, topic) => {
    const { person } = caller;
    const [kind = "", id = ""] = topic.split(":", 2);
    if (kind === "video" || kind === "chat") {
      const video = await videoOf(db, id);
      return video !== undefined && mayWatch(db, person, video);
    }
    if (kind === "moderation") return mayModerateChannel({ db }, caller, id);
    const channel = await channelById(db, id);
    return channel !== undefined && mayStream(person, channel);
  };
}
