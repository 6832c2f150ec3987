import { channelByStream, defaultsOf } from "../channels/index.ts";
import type { PolicyFacts } from "../playback/index.ts";
import type { Db } from "./video-row.ts";

/** What is private, for the media server's policies. */
export function policyFacts(db: Db): PolicyFacts {
  return {
    async isStreamPrivate(stream) {
      const channel = await channelByStream(db, stream);
      if (channel === undefined) return false;
      // An encoder that starts without a plan gets a video like that.
      if (defaultsOf(channel).visibility === "private") return true;
      const found = await db
        .selectFrom("videos")
        .select("id")
        .where("channel", "=", channel.id)
        .where("visibility", "=", "private")
        .where((is) =>
          is.or([
            is("kept_from", "is not", null),
            is.and([is("state", "<>", "ended"), is("deleted_at", "is", null)]),
          ]),
        )
        .limit(1)
        .executeTakeFirst();
      return found !== undefined;
    },
    async isAssetPrivate(asset) {
      const open = await db
        .selectFrom("videos")
        .select("id")
        .where("asset", "=", asset)
        .where("visibility", "<>", "private")
        .where("deleted_at", "is", null)
        .limit(1)
        .executeTakeFirst();
      return open === undefined;
    },
  };
}
