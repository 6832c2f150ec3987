import {
  type FlvAudio,
  type FlvMedia,
  type FlvVideo,
  readAudioTag,
  readVideoTag,
} from "@oxbow/containers";
import {
  AUDIO_TRACK,
  parseAudioSpecificConfig,
  parseAvcConfig,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";
import type { PublishEnd, PublishReceiver } from "@oxbow/rtmp";
import type { PublishSession } from "../streams/index.ts";
import { hasIdrSlice } from "./avc-sync.ts";
import { codecAdvice } from "./codec-advice.ts";

/** Why a frame went no further than here. */
export type DropReason = "no_configuration" | "other_track";

/** Ticks of the video timescale in a millisecond. */
const VIDEO_TICKS = VIDEO_TIMESCALE / 1000;
const NANOS = 1_000_000;

/** Turns what an admitted RTMP encoder sends into tracks and frames of its publish session. */
export class RtmpSession implements PublishReceiver {
  readonly #session: PublishSession;
  readonly #dropped: (reason: DropReason) => void;
  #received = 0;
  #rejected = false;
  /** Configuration records as they came last, to see whether one is a repetition. */
  #videoRecord: Uint8Array | undefined;
  #audioRecord: Uint8Array | undefined;
  #nalLengthSize = 4;
  #sampleRate = 0;

  constructor(session: PublishSession, dropped: (reason: DropReason) => void) {
    this.#session = session;
    this.#dropped = dropped;
  }

  get signal(): AbortSignal {
    return this.#session.signal;
  }

  metadata(values: Readonly<Record<string, unknown>>): void {
    this.#session.metadata(values);
  }

  bytes(count: number): void {
    this.#session.received(count - this.#received);
    this.#received = count;
  }

  isAhead(): boolean {
    return this.#session.isAhead();
  }

  room(): Promise<void> | undefined {
    return this.#session.room();
  }

  message(kind: "audio" | "video", timestamp: number, body: Buffer): void {
    if (kind === "video") this.#video(readVideoTag(body), timestamp);
    else this.#audio(readAudioTag(body), timestamp);
  }

  close(reason: PublishEnd, detail?: string): void {
    this.#session.close(reason, detail);
  }

  #video(media: FlvVideo, timestamp: number): void {
    switch (media.is) {
      case "frame": {
        if (!this.#takes("video", media, "avc")) return;
        const { nanoOffset, compositionTime, key, data } = media;
        if (this.#videoRecord === undefined) return this.#dropped("no_configuration");
        this.#session.frame({
          track: VIDEO_TRACK,
          dts: timestamp * VIDEO_TICKS + Math.round((nanoOffset * VIDEO_TICKS) / NANOS),
          cto: compositionTime * VIDEO_TICKS,
          // Some encoders call pictures keyframes that no decoder can start at.
          key: key && hasIdrSlice(data, this.#nalLengthSize),
          data,
        });
        return;
      }
      case "config": {
        if (!this.#takes("video", media, "avc")) return;
        if (sameBytes(media.record, this.#videoRecord)) return;
        const config = parseAvcConfig(media.record);
        this.#videoRecord = media.record;
        this.#nalLengthSize = ((media.record[4] ?? 3) & 3) + 1;
        this.#session.configure({
          id: VIDEO_TRACK,
          timescale: VIDEO_TIMESCALE,
          language: "und",
          config,
        });
        return;
      }
      case "multitrack":
        for (const track of media.tracks) this.#video(track, timestamp);
        return;
      case "foreign":
        return this.#reject("video", media.codec);
      case "end":
      case "metadata":
      case "nothing":
        return;
      default:
        return unreachable(media);
    }
  }

  #audio(media: FlvAudio, timestamp: number): void {
    switch (media.is) {
      case "frame": {
        if (!this.#takes("audio", media, "aac")) return;
        if (this.#audioRecord === undefined) return this.#dropped("no_configuration");
        this.#session.frame({
          track: AUDIO_TRACK,
          dts: Math.round(((timestamp + media.nanoOffset / NANOS) * this.#sampleRate) / 1000),
          cto: 0,
          key: true,
          data: media.data,
        });
        return;
      }
      case "config": {
        if (!this.#takes("audio", media, "aac")) return;
        if (sameBytes(media.record, this.#audioRecord)) return;
        const config = parseAudioSpecificConfig(media.record);
        this.#audioRecord = media.record;
        this.#sampleRate = config.sampleRate;
        this.#session.configure({
          id: AUDIO_TRACK,
          timescale: config.sampleRate,
          language: "und",
          config,
        });
        return;
      }
      case "multitrack":
        for (const track of media.tracks) this.#audio(track, timestamp);
        return;
      case "foreign":
        return this.#reject("audio", media.codec);
      case "end":
      case "metadata":
      case "nothing":
        return;
      default:
        return unreachable(media);
    }
  }

  /** Only the default track (Enhanced RTMP: id 0) is carried; its codec must be the one we know. */
  #takes(
    kind: "audio" | "video",
    media: Extract<FlvMedia<string>, { readonly track: number; readonly codec: string }>,
    codec: "avc" | "aac",
  ): boolean {
    if (media.track !== 0) {
      this.#dropped("other_track");
      return false;
    }
    if (media.codec === codec) return true;
    this.#reject(kind, media.codec);
    return false;
  }

  #reject(kind: "audio" | "video", codec: string): void {
    if (this.#rejected) return;
    this.#rejected = true;
    this.#session.reject("codec_unsupported", codecAdvice(kind, codec));
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && Buffer.compare(a, b) === 0;
}

function unreachable(media: never): never {
  throw new Error(`No such media: ${JSON.stringify(media)}`);
}
