import type { Generated } from "kysely";

export interface VideoTables {
  videos: {
    id: string;
    kind: "broadcast" | "clip" | "film";
    channel: string;
    /** The media server's broadcast that it is about. */
    broadcast: string | null;
    title: string;
    description: string;
    visibility: "public" | "unlisted" | "private";
    chat: number;
    record: number;
    latency: "normal" | "low";
    scheduled_at: number | null;
    state: "planned" | "live" | "interrupted" | "ended";
    source: "none" | "live" | "recording" | "file";
    /** Wall clock of the broadcast's media; of a clip, of its stretch. */
    from_at: number | null;
    to_at: number | null;
    /** What of that stretch the archive still has. Both null: nothing. */
    kept_from: number | null;
    kept_to: number | null;
    /** Milliseconds within from and to of which there is no media. */
    gap_ms: Generated<number>;
    /** `streamSequence` of the last event that changed it. */
    sequence: Generated<number>;
    asset: string | null;
    asset_bytes: number | null;
    /** Milliseconds of the file. */
    asset_duration: number | null;
    /** What the file's timeline is of the wall clock: JSON `{ from, to, gaps }`; null for a film. */
    asset_cut: string | null;
    /** Why there is no file: JSON `{ code, message, at }`. */
    fallback: string | null;
    /** The picture that its owner chose; null: the media server draws one. */
    poster: Generated<string | null>;
    created_at: number;
    published_at: number | null;
    deleted_at: number | null;
  };
  video_markers: {
    /** That of the media server's marker. */
    id: string;
    video: string;
    at: number;
    label: string;
  };
  video_posters: {
    /** Not to be guessed: who knows it may see the picture. */
    id: string;
    video: string;
    jpeg: Uint8Array;
  };
  /** Who may watch a private video, besides its channel's owner and operators. */
  video_people: {
    video: string;
    person: string;
  };
}
