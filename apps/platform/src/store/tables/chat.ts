import type { Generated } from "kysely";

type Badge = "owner" | "moderator" | "operator" | null;

export interface ChatTables {
  chat_messages: {
    id: string;
    video: string;
    channel: string;
    author: string;
    /** As it was when it was written. */
    author_name: string;
    badge: Badge;
    text: string;
    at: number;
    /** What the author saw: a moment of the archive. */
    media_at: number;
    /** The page's own name for it: one message for each, of an author in a room. */
    client: string;
    deleted_at: number | null;
    deleted_by: string | null;
  };
  /** Who may not write in a channel's rooms. */
  chat_bans: {
    channel: string;
    person: string;
    /** Null: until it is taken back. */
    until: number | null;
    reason: string;
    by: string;
    at: number;
  };
  chat_moderators: { channel: string; person: string; at: number };
  chat_settings: {
    channel: string;
    on: Generated<number>;
    slow_seconds: Generated<number>;
    /** JSON: texts. */
    words: Generated<string>;
  };
  chat_reports: {
    message: string;
    reporter: string;
    channel: string;
    reason: string;
    note: string;
    at: number;
    resolved_at: number | null;
  };
}
