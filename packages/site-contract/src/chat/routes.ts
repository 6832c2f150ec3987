import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import { ChatMessage, ChatMessageSend } from "./chat-message.ts";
import { ChatRoom } from "./chat-room.ts";
import {
  ChatBan,
  ChatBanCreate,
  ChatModerator,
  ChatModeratorAdd,
  ChatReport,
  ChatReportCreate,
  ChatSettings,
  ChatSettingsChange,
  ChatTimeoutCreate,
} from "./moderation.ts";
import type { chatPaths } from "./paths.ts";

const limit = z.coerce.number().int().min(1).max(200).default(50);
const cursor = z.string().max(100).optional();
const millis = z.coerce.number().int().min(0).max(8.64e15);
const page = { limit, cursor };

const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

/** All that viewers do in a room, and what its moderators do; who is one is asked in the handler. */
export const chatRoutes = {
  "chat.room": { access: "anyone", response: ChatRoom },
  /** Oldest first within a page; `next` leads to what is older. */
  "chat.history": {
    access: "anyone",
    query: z.strictObject(page),
    response: pageOf(ChatMessage),
  },
  /**
   * Messages by what their authors saw: `from` and `to` are moments of the archive, half open, in Unix
   * milliseconds. Oldest first within a page; `next` leads on, or back where `back` is 1.
   */
  "chat.replay": {
    access: "anyone",
    query: z.strictObject({
      ...page,
      from: millis.default(0),
      to: millis,
      back: z.enum(["0", "1"]).default("0"),
    }),
    response: pageOf(ChatMessage),
    perMinute: 240,
  },
  "chat.send": {
    access: "viewer",
    body: ChatMessageSend,
    response: ChatMessage,
    perMinute: 120,
  },
  "chat.delete": { access: "viewer", perMinute: 240 },
  "chat.report": { access: "viewer", body: ChatReportCreate, perMinute: 20 },
  "chat.resolve": {
    access: "viewer",
    body: z.strictObject({ remove: z.boolean() }),
  },
  "chat.settings": { access: "viewer", response: ChatSettings },
  "chat.changeSettings": { access: "viewer", body: ChatSettingsChange, response: ChatSettings },
  "chat.reports": {
    access: "viewer",
    query: z.strictObject(page),
    response: pageOf(ChatReport),
  },
  "chat.bans": { access: "viewer", query: z.strictObject(page), response: pageOf(ChatBan) },
  "chat.timeout": { access: "viewer", body: ChatTimeoutCreate, response: ChatBan },
  "chat.ban": { access: "viewer", body: ChatBanCreate, response: ChatBan },
  "chat.unban": { access: "viewer" },
  "chat.moderators": {
    access: "viewer",
    response: z.object({ items: z.array(ChatModerator), next: z.null() }),
  },
  "chat.addModerator": {
    access: "viewer",
    body: ChatModeratorAdd,
    response: ChatModerator,
    perMinute: 20,
  },
  "chat.removeModerator": { access: "viewer" },
} as const satisfies RoutesOf<typeof chatPaths>;
