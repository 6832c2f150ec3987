import type { Generated } from "kysely";

export interface ChannelTables {
  channels: {
    id: string;
    handle: string;
    name: string;
    about: string;
    /** The person's id; one channel for each. */
    owner: string;
    /** The media server's stream; null until it is made. */
    stream: string | null;
    /** What that stream is called: decided before it is made, so that it is made once. */
    stream_name: string;
    /** JSON: BroadcastDefaults. */
    defaults: string;
    created_at: number;
    /** JSON: the encoder that is connected; null without one. */
    session: string | null;
    /** JSON: what the media server said about the session. */
    issues: string;
    /** JSON: when, and by whom, the key was last used; null before. */
    last_used: string | null;
    /** Where the owner was when asking for refused encoders, and when. */
    owner_address: string | null;
    owner_seen_at: number | null;
  };
  /** Encoders that were refused. */
  rejected_attempts: {
    id: Generated<number>;
    /** Null where the key belongs to no channel. */
    channel: string | null;
    at: number;
    code: string;
    message: string;
    protocol: string;
    /** Without its port. */
    address: string;
    encoder: string | null;
  };
}
