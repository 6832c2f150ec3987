import type { FlvAudioCodec, FlvVideoCodec } from "./codec.ts";

/**
 * What an audio or video tag body carries. Records and data are views into the body.
 * `track` is the track id of Enhanced RTMP multitrack, 0 where the body has none.
 */
export type FlvMedia<Codec extends string> =
  /** The codec's configuration record. */
  | {
      readonly is: "config";
      readonly codec: Codec;
      readonly track: number;
      readonly record: Uint8Array;
    }
  | {
      readonly is: "frame";
      readonly codec: Codec;
      readonly track: number;
      /** The encoder calls it a keyframe; true for audio. */
      readonly key: boolean;
      /** Composition time: presentation less decode time in milliseconds, may be negative. */
      readonly compositionTime: number;
      /** To be added to the message's timestamp, in nanoseconds (ModEx TimestampOffsetNano). */
      readonly nanoOffset: number;
      readonly data: Uint8Array;
    }
  /** No more of this track, until a new configuration. */
  | { readonly is: "end"; readonly codec: Codec; readonly track: number }
  /** AMF 0 pairs of name and value, as `colorInfo`; not decoded. */
  | { readonly is: "metadata"; readonly track: number; readonly amf: Uint8Array }
  /** Several tracks in one body (Enhanced RTMP v2 multitrack). */
  | { readonly is: "multitrack"; readonly tracks: readonly FlvMedia<Codec>[] }
  /** A codec that we know no packets of; `codec` is its name for people. */
  | { readonly is: "foreign"; readonly codec: string; readonly track: number }
  /** Nothing for a decoder: an audio silence message, a seek command, a packet type of the future. */
  | { readonly is: "nothing" };

export type FlvVideo = FlvMedia<FlvVideoCodec>;
export type FlvAudio = FlvMedia<FlvAudioCodec>;

export const NOTHING: { readonly is: "nothing" } = { is: "nothing" };
