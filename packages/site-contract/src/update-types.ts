import type { Alert } from "./alerts/alert.ts";
import type { ChannelNow, HealthGauge } from "./channels/health.ts";
import type { RejectedAttempt, TestStream } from "./channels/publishing.ts";
import type { ChatMessage } from "./chat/chat-message.ts";
import type { ChatRoom, ChatStanding } from "./chat/chat-room.ts";
import type { ExportWish } from "./exports/export-wish.ts";
import type { Topic } from "./updates.ts";
import type { Video } from "./videos/video.ts";

/** What an update of each type carries. An area that tells a new one adds its line. */
export interface UpdateTypes {
  "alert.changed": Alert;
  "channel.changed": ChannelNow;
  /** The synthetic encoder began, or ended (null). */
  "channel.test": { readonly running: TestStream | null };
  "channel.rejected": RejectedAttempt;
  "chat.message": ChatMessage;
  /** Messages that are gone, for everybody. */
  "chat.deleted": { readonly messages: readonly string[] };
  /** All that an author wrote in the room is gone. */
  "chat.cleared": { readonly author: string };
  /** The rules of a room; what somebody may do in it is theirs to ask. */
  "chat.room": Omit<ChatRoom, "standing">;
  /** To the person: what they may do in a channel's chat. */
  "chat.standing": ChatStanding;
  /** To moderators: something new, or less, in the queue of a channel. */
  "chat.reports": { readonly channel: string; readonly open: number };
  "export.changed": ExportWish;
  /** To everybody at a video: whether a file of it is made. */
  /** Something is new in the media server's log. */
  "operator.event": { readonly id: string; readonly type: string; readonly sequence: number };
  "video.export": { readonly wish: string; readonly state: ExportWish["state"] };
  "home.changed": { readonly id: string };
  "video.changed": Video;
  /** It plays at other addresses: the media server asks for a token now, or no longer. */
  "video.playback": { readonly id: string };
  "video.removed": { readonly id: string };
}

/** What a gauge of each type carries. */
export interface GaugeTypes {
  "channel.health": HealthGauge;
  "video.viewers": { readonly viewers: number };
}

/** An update as pages read it: `type` tells what `data` is. */
export type KnownUpdate = {
  readonly [Type in keyof UpdateTypes]: {
    readonly id: number;
    readonly topic: Topic;
    readonly type: Type;
    readonly data: UpdateTypes[Type];
  };
}[keyof UpdateTypes];

/** A gauge likewise. */
export type KnownGauge = {
  readonly [Type in keyof GaugeTypes]: {
    readonly topic: Topic;
    readonly type: Type;
    readonly data: GaugeTypes[Type];
  };
}[keyof GaugeTypes];
