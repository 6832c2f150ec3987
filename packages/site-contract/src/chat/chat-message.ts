import { z } from "zod";
import { MESSAGE_LIMIT } from "./chat-limits.ts";

const Badge = z.enum(["owner", "moderator", "operator"]);

export const ChatMessage = z.object({
  id: z.string(),
  video: z.string(),
  author: z.object({
    id: z.string(),
    name: z.string(),
    /** What the author was in this room when it was written. */
    badge: Badge.nullable(),
  }),
  text: z.string(),
  /** When it was written. */
  at: z.iso.datetime(),
  /** What the author was seeing: a moment of the archive, Unix milliseconds. */
  mediaAt: z.int(),
  /** The author's own name for it, so that a page knows its own message again. */
  client: z.string(),
});

export type ChatMessage = z.infer<typeof ChatMessage>;

export const ChatMessageSend = z.strictObject({
  text: z.string().trim().min(1).max(MESSAGE_LIMIT),
  /** A name that the page makes up; the same one again answers the message that it made before. */
  client: z.string().regex(/^[\w-]{8,64}$/, "must be 8 to 64 letters, digits, _ or -"),
  /** What the author sees, Unix milliseconds of the archive. Unset: what is live. */
  mediaAt: z.int().optional(),
});
