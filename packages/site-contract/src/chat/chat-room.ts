import { z } from "zod";

/** What somebody is in the chat of a channel; null: one of the audience. */
export const ChatRole = z.enum(["owner", "moderator", "operator"]).nullable();

export type ChatRole = z.infer<typeof ChatRole>;

/** What a person may do in a channel's chat. */
export const ChatStanding = z.object({
  channel: z.string(),
  person: z.string(),
  role: ChatRole,
  banned: z.boolean(),
  timedOutUntil: z.iso.datetime().nullable(),
  /** Slow mode: when the next message may be sent; null: now. */
  nextAt: z.iso.datetime().nullable(),
});

export type ChatStanding = z.infer<typeof ChatStanding>;

/** The rules of a room, as everybody may see them. */
export const ChatRules = z.object({
  /** Whether the channel has chat at all. */
  on: z.boolean(),
  /** Seconds between two messages of a person; 0: no slow mode. */
  slowSeconds: z.int(),
});

export type ChatRules = z.infer<typeof ChatRules>;

export const ChatRoom = z.object({
  video: z.string(),
  channel: z.string(),
  rules: ChatRules,
  /** Messages can be written, as far as the video goes: it is not over. */
  open: z.boolean(),
  /** Null for somebody who is not signed in. */
  standing: ChatStanding.nullable(),
});

export type ChatRoom = z.infer<typeof ChatRoom>;
