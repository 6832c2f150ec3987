export type VideoCodec = "avc" | "hevc" | "av1" | "vp9";
export type AudioCodec = "aac" | "opus" | "mp3" | "ac3" | "eac3" | "flac";

/** Colour description, the code points of ISO/IEC 23091-2 (H.273). */
export type Colour = {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
};

/** What a decoder needs to know before the first picture. */
export type VideoConfig = {
  readonly kind: "video";
  readonly codec: VideoCodec;
  /** The codec's configuration record (avcC, hvcC, av1C) as MP4 carries it. */
  readonly record: Uint8Array;
  /** RFC 6381, for example `avc1.64001f`. */
  readonly codecString: string;
  /** Luma size after cropping, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Sample aspect ratio. */
  readonly pixelAspect: readonly [horizontal: number, vertical: number];
  readonly colour?: Colour;
  /** Mastering display of HDR, the payload of `mdcv` (ISO/IEC 14496-12 §12.1.7). */
  readonly mastering?: Uint8Array;
  /** Content light level of HDR, the payload of `clli` (ISO/IEC 14496-12 §12.1.6). */
  readonly lightLevel?: Uint8Array;
  /** Clockwise turn for display, in degrees. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** Frames for a second as the bitstream declares it; absent where it does not. */
  readonly frameRate?: number;
};

/** What a decoder needs to know before the first audio unit. */
export type AudioConfig = {
  readonly kind: "audio";
  readonly codec: AudioCodec;
  /** AudioSpecificConfig for AAC, OpusHead for Opus. */
  readonly record: Uint8Array;
  /** RFC 6381, for example `mp4a.40.2`. */
  readonly codecString: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples in one audio unit: 1024 for AAC-LC. */
  readonly samplesPerFrame: number;
};

/** One elementary stream. `id` is the MP4 track id; the timescale is in ticks a second. */
export type Track = {
  readonly id: number;
  readonly timescale: number;
  /** ISO 639-2, `und` where unknown. */
  readonly language: string;
  readonly config: VideoConfig | AudioConfig;
};

/** Track ids and the video timescale that every ingest adapter uses for a single programme. */
export const VIDEO_TRACK = 1;
export const AUDIO_TRACK = 2;
export const VIDEO_TIMESCALE = 90_000;

/** One coded picture or audio unit, as an MP4 sample holds it (length-prefixed NAL units, raw AAC). */
export type Frame = {
  readonly track: number;
  /** Decode time in ticks of the track's timescale. */
  readonly dts: number;
  /** Presentation time less decode time, in ticks; may be negative. */
  readonly cto: number;
  /** A decoder can start here. Always true for audio. */
  readonly key: boolean;
  readonly data: Uint8Array;
};

/** Whether two configurations can share one sample description. */
export function sameConfig(a: VideoConfig | AudioConfig, b: VideoConfig | AudioConfig): boolean {
  return (
    a.kind === b.kind &&
    a.codecString === b.codecString &&
    a.record.length === b.record.length &&
    a.record.every((byte, at) => byte === b.record[at])
  );
}
