/** A stream of the media server. */
export type StreamRef = { readonly id: string; readonly name: string };

/** What is to be played, by whom. Whether they may is decided before. */
export type PlaybackWish = {
  /** Null for a file that was never on air. */
  readonly stream: StreamRef | null;
  readonly what: "live" | "recording" | "file";
  /**
   * The broadcast of the video. A token for what is live needs it where the stream is signed: without
   * it the token would open the next broadcast too, and so it opens nothing that is on air.
   */
  readonly broadcast?: string | null;
  /** The video's stretch of the archive, Unix milliseconds; `to` null while it runs. */
  readonly range?: { readonly from: number; readonly to: number | null };
  /** What `file` plays. */
  readonly asset?: { readonly id: string };
  /** The video is for some people only. */
  readonly signed: boolean;
  /** What one viewer is counted by (an id of a person or of a browser); null where nothing is known. */
  readonly viewer: string | null;
  /** When the broadcast is to begin, RFC 3339. */
  readonly startsAt?: string | null;
};

/** What a page needs to play a video; addresses are absolute, and carry a token where one is needed. */
export type PlaybackOf = {
  /** Stream or asset. */
  readonly id: string;
  readonly kind: "live" | "vod";
  readonly hls: string;
  readonly thumbnails: string;
  readonly poster: string;
  readonly events?: string;
  /** The whole of it as a file. */
  readonly mp4?: string;
  /** HLS of the recording of what is live, for when it has ended. */
  readonly recording?: string;
  readonly startsAt?: string;
  /** The token in the addresses, for the player's `getToken`, and when it ends (Unix ms). */
  readonly token?: string;
  readonly expiresAt?: number;
};
