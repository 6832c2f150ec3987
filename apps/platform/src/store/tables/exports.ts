export interface ExportTables {
  /** Files that somebody wished for. */
  export_wishes: {
    id: string;
    video: string;
    channel: string;
    /** The media server's. */
    stream: string;
    title: string;
    /** Null both: the whole broadcast. */
    from_at: number | null;
    to_at: number | null;
    /** JSON: what is wished for, with the texts of subtitles. */
    options: string;
    /** The person; null: the site itself. */
    asked_by: string | null;
    asked_by_name: string | null;
    state: "asking" | "queued" | "running" | "retrying" | "ready" | "failed" | "aborted";
    /** The media server's export that it is now. */
    export: string | null;
    /** JSON: where it is in its life. */
    life: string;
    /** What keeps its media from retention, on the media server. */
    pin: string | null;
    /** 1: it failed, and nobody has decided about it. */
    needed: number;
    created_at: number;
    /** When something was last heard of it. */
    heard_at: number;
    ended_at: number | null;
  };
  /** Events of exports that came before the answer that tells whose they are. */
  export_strays: {
    /** Of the event. */
    id: string;
    export: string;
    sequence: number;
    /** JSON. */
    event: string;
    at: number;
  };
}
