import { type Millis, rfc3339 } from "@oxbow/media";

/** One track of a finished file, as the API tells it. */
export type AssetTrack = {
  readonly kind: "video" | "audio";
  /** RFC 6381. */
  readonly codec: string;
  readonly language: string;
  readonly width?: number;
  readonly height?: number;
  readonly frameRate?: number;
  readonly sampleRate?: number;
  readonly channels?: number;
};

/** One MP4 file of an asset. */
export type AssetFile = {
  readonly rendition: string;
  /** Path under the assets' root. */
  readonly path: string;
  readonly bytes: number;
  /** Hex; null where no checksum was asked for. */
  readonly sha256: string | null;
  readonly tracks: readonly AssetTrack[];
};

/** An immutable VOD title: one or more MP4 files. Title and metadata alone may change. */
export type Asset = {
  readonly id: string;
  readonly stream: { readonly id: string; readonly name: string } | null;
  readonly broadcast: string | null;
  /** The export that made it. */
  readonly export: string | null;
  readonly title: string | null;
  readonly durationMs: Millis;
  readonly bytes: number;
  readonly files: readonly AssetFile[];
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: Millis;
};

/** The Asset of the API. URLs are absolute. */
export type AssetView = {
  readonly id: string;
  readonly stream: string | null;
  readonly broadcast: string | null;
  readonly export: string | null;
  readonly title: string | null;
  /** Seconds. */
  readonly duration: number;
  readonly bytes: number;
  readonly sha256: string | null;
  readonly files: readonly {
    readonly rendition: string;
    readonly url: string;
    readonly bytes: number;
    readonly sha256: string | null;
    readonly tracks: readonly AssetTrack[];
  }[];
  readonly playback: AssetPlayback;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
};

/** Null: not offered. */
export type AssetPlayback = {
  readonly hls: string;
  readonly dash: null;
  readonly mp4: string;
  readonly poster: null;
  readonly embed: string;
};

/** Where an asset is played from. */
export function assetPlayback(publicUrl: string, id: string): AssetPlayback {
  return {
    hls: `${publicUrl}/vod/${id}/index.m3u8`,
    dash: null,
    mp4: `${publicUrl}/vod/${id}/source.mp4`,
    poster: null,
    embed: `${publicUrl}/embed/${id}`,
  };
}

/** The asset as the API tells it. */
export function viewAsset(asset: Asset, publicUrl: string): AssetView {
  return {
    id: asset.id,
    stream: asset.stream?.id ?? null,
    broadcast: asset.broadcast,
    export: asset.export,
    title: asset.title,
    duration: asset.durationMs / 1000,
    bytes: asset.bytes,
    sha256: asset.files[0]?.sha256 ?? null,
    files: asset.files.map((file) => ({
      rendition: file.rendition,
      url: `${publicUrl}/vod/${asset.id}/${file.rendition}.mp4`,
      bytes: file.bytes,
      sha256: file.sha256,
      tracks: file.tracks,
    })),
    playback: assetPlayback(publicUrl, asset.id),
    metadata: asset.metadata,
    createdAt: rfc3339(asset.createdAt),
  };
}
