/** What the policies of the media server follow; told by who knows the videos, out of the database. */
export type PolicyFacts = {
  /**
   * Whether something of a stream is for some people only: a private video that is planned, on air, or
   * has media in the archive, or a channel whose next broadcast is private by its defaults. `stream` is
   * the media server's id.
   */
  isStreamPrivate(stream: string): Promise<boolean>;
  /** Whether all videos that play an asset are private; an asset that none plays is, too. */
  isAssetPrivate(asset: string): Promise<boolean>;
};

/** A stream or an asset of the media server. */
export type PolicySubject = { readonly stream: string } | { readonly asset: string };
