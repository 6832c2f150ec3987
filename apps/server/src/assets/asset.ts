import { basename } from "node:path";
import type { ErrorCode } from "@oxbow/contract";
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

/** Who may watch. */
export type AssetPolicy = "public" | "signed";

/** An uploaded asset is not there at once; an exported one is. */
export type AssetState = "uploading" | "probing" | "ready" | "failed";

/** One thing that stands in the way of playing an uploaded file. */
export type AssetProblem = {
  readonly what: string;
  /** The file; null where it is all of them. */
  readonly rendition: string | null;
  /** Id in the file. */
  readonly track: number | null;
  readonly advice: string;
};

/** Why an asset can't be played. */
export type AssetError = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly problems: readonly AssetProblem[];
};

/** A WebVTT text of an asset. */
export type AssetSubtitle = {
  readonly id: string;
  /** BCP 47. */
  readonly language: string;
  readonly label: string;
  readonly kind: "subtitles" | "captions";
  readonly default: boolean;
  readonly forced: boolean;
  /** Path under the assets' root. */
  readonly path: string;
  readonly bytes: number;
};

/** A VOD title: one or more MP4 files, which never change; what stands around them may. */
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
  readonly state: AssetState;
  readonly error: AssetError | null;
  readonly policy: AssetPolicy;
  readonly subtitles: readonly AssetSubtitle[];
};

/** An asset whose files were finished before it was known, as exports make them. */
export type FinishedAsset = Omit<Asset, "state" | "error" | "policy" | "subtitles"> & {
  /** None unless told. */
  readonly subtitles?: Asset["subtitles"];
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
  readonly state: AssetState;
  readonly error: AssetError | null;
  readonly subtitles: readonly SubtitleView[];
  readonly playback: AssetPlayback & { readonly policy: AssetPolicy };
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
};

/** A subtitle as the API tells it. */
export type SubtitleView = Omit<AssetSubtitle, "path"> & { readonly url: string };

/** Null: not offered; a poster is where there is a picture. */
export type AssetPlayback = {
  readonly hls: string;
  readonly dash: string;
  readonly mp4: string;
  readonly poster: string | null;
  readonly embed: string;
};

/** Where an asset is played from. */
export function assetPlayback(
  publicUrl: string,
  { id, files }: Pick<Asset, "id" | "files">,
): AssetPlayback {
  const seen = files.some(({ tracks }) => tracks.some(({ kind }) => kind === "video"));
  return {
    hls: `${publicUrl}/vod/${id}/index.m3u8`,
    dash: `${publicUrl}/vod/${id}/manifest.mpd`,
    mp4: `${publicUrl}/vod/${id}/${files[0]?.rendition ?? "source"}.mp4`,
    poster: seen ? `${publicUrl}/vod/${id}/poster.jpg` : null,
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
    state: asset.state,
    error: asset.error,
    subtitles: asset.subtitles.map((subtitle) => viewSubtitle(asset.id, subtitle, publicUrl)),
    playback: { policy: asset.policy, ...assetPlayback(publicUrl, asset) },
    metadata: asset.metadata,
    createdAt: rfc3339(asset.createdAt),
  };
}

/** The subtitle as the API tells it. */
export function viewSubtitle(
  asset: string,
  subtitle: AssetSubtitle,
  publicUrl: string,
): SubtitleView {
  return {
    ...toldSubtitle(subtitle),
    url: `${publicUrl}/vod/${asset}/subtitles/${servedName(subtitle)}.vtt`,
  };
}

/** What the text is called in URLs: another text has another name, so that no cache shows the old one. */
export function servedName({ path }: Pick<AssetSubtitle, "path">): string {
  return basename(path, ".vtt");
}

/** What `asset_ready` tells. */
export function readyData(asset: FinishedAsset, publicUrl: string) {
  return {
    asset: asset.id,
    title: asset.title,
    duration: asset.durationMs / 1000,
    bytes: asset.bytes,
    export: asset.export,
    playback: assetPlayback(publicUrl, asset),
  };
}

/** All of a subtitle but where it stands on the disk. */
export function toldSubtitle(subtitle: AssetSubtitle): Omit<AssetSubtitle, "path"> {
  const { id, language, label, kind, default: preferred, forced, bytes } = subtitle;
  return { id, language, label, kind, default: preferred, forced, bytes };
}
