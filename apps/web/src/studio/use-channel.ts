import type { AnswerOf } from "@oxbow/site-contract";
import { useAnswers, useCall, useUpdates } from "../core/index.ts";

export type OwnChannel = NonNullable<AnswerOf<"channels.mine">["channel"]>;
export type StudioVideo = AnswerOf<"videos.mine">["items"][number];

/** All that may be open: as many as may be planned, and more. */
const OPEN = { query: { state: "open", limit: 50 } } as const;
const NEWEST = { query: { state: "ended", limit: 12 } } as const;

/** What is planned or on air in one's own channel, however long ago it was planned. */
export function useOpenVideos() {
  return useCall("videos.mine", OPEN);
}

/** The newest recordings and files of one's own channel. */
export function useNewestVideos() {
  return useCall("videos.mine", NEWEST);
}

/**
 * Keeps what the studio shows of a channel as it is now: its videos change by the media server's word,
 * and so do its encoder, its refused attempts and its test stream.
 */
export function useChannelUpdates(channel: string | undefined): void {
  const answers = useAnswers();
  useUpdates(channel === undefined ? [] : [`channel:${channel}`], (update) => {
    if (channel === undefined) return;
    const input = { params: { channel } };
    if (update.type === "video.changed" || update.type === "video.removed") {
      void answers.invalidate("videos.mine", "videos.unshownFiles");
    } else if (update.type === "channel.changed") {
      const now = update.data;
      answers.set("channels.mine", {}, (before) =>
        before?.channel == null ? undefined : { channel: { ...before.channel, ...fieldsOf(now) } },
      );
      answers.set("channels.health", input, (before) =>
        before === undefined ? undefined : { ...before, session: now.session, issues: now.issues },
      );
      void answers.invalidate("channels.publishing");
    } else if (update.type === "channel.rejected") {
      const attempt = update.data;
      answers.set("channels.rejected", input, (before) => {
        const known = before?.items.filter(({ id }) => id !== attempt.id) ?? [];
        return { items: [attempt, ...known].slice(0, 20) };
      });
    } else if (update.type === "channel.test") {
      const { running } = update.data;
      answers.set("channels.publishing", input, (before) =>
        before === undefined ? undefined : { ...before, test: { ...before.test, running } },
      );
    }
  });
}

function fieldsOf(now: OwnChannel | Omit<OwnChannel, "owner" | "createdAt">) {
  const { handle, name, about, stream, defaults } = now;
  return { handle, name, about, stream, defaults };
}

/** The video that is on air; undefined for none. */
export function videoOnAir(videos: readonly StudioVideo[]): StudioVideo | undefined {
  return videos.find(({ state }) => state === "live" || state === "interrupted");
}
