export interface PlaybackTable {
  /** What tokens are signed with: one row. */
  playback_keys: {
    name: string;
    kid: string;
    /** base64url, as the media server told it once. */
    secret: string;
    created_at: number;
  };
  /** What the media server was told last of a stream or an asset, or is about to be. */
  playback_policies: {
    /** `str_…` or `ast_…`. */
    subject: string;
    policy: "public" | "signed";
    /** Somebody is about to make something of it private: not public before this time. */
    held_until: number;
  };
}
