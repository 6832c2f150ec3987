import { z } from "zod";
import { reportReasons } from "./chat-limits.ts";
import { ChatMessage } from "./chat-message.ts";

export const ReportReason = z.enum(reportReasons);

export type ReportReason = z.infer<typeof ReportReason>;

export const ChatReportCreate = z.strictObject({
  reason: ReportReason,
  note: z.string().trim().max(500).default(""),
});

/** A message that viewers reported, until a moderator has looked. */
export const ChatReport = z.object({
  message: ChatMessage,
  reasons: z.array(z.object({ reason: ReportReason, count: z.int() })),
  notes: z.array(z.string()),
  count: z.int(),
  firstAt: z.iso.datetime(),
});

export type ChatReport = z.infer<typeof ChatReport>;

/** Somebody who may not write in a channel's chat: for a time, or until it is taken back. */
export const ChatBan = z.object({
  person: z.string(),
  name: z.string(),
  /** Null: a ban. */
  until: z.iso.datetime().nullable(),
  reason: z.string(),
  /** Who did it. */
  by: z.string(),
  at: z.iso.datetime(),
});

export type ChatBan = z.infer<typeof ChatBan>;

const person = z.string().min(1).max(64);
const reason = z.string().trim().max(300).default("");
/** Whether all that the person wrote in the channel's rooms goes, too. */
const clear = z.boolean().default(true);

export const ChatTimeoutCreate = z.strictObject({
  person,
  minutes: z.int().min(1).max(20_160),
  reason,
  clear,
});

export const ChatBanCreate = z.strictObject({ person, reason, clear });

export const ChatModerator = z.object({ person, name: z.string(), at: z.iso.datetime() });

export type ChatModerator = z.infer<typeof ChatModerator>;

/** Whom to name: somebody who has written, by id, or anybody by the address of the account. */
export const ChatModeratorAdd = z.union([
  z.strictObject({ person }),
  z.strictObject({ email: z.email().max(300) }),
]);

/** The channel's rules as its moderators see them. */
export const ChatSettings = z.object({
  on: z.boolean(),
  slowSeconds: z.int().min(0).max(3600),
  /** Words that no message of the audience may have, compared without case and accents. */
  words: z.array(z.string().trim().min(1).max(40)).max(200),
});

export type ChatSettings = z.infer<typeof ChatSettings>;

export const ChatSettingsChange = ChatSettings.partial().strict();
