import { readFile } from "node:fs/promises";
import { FlvDemuxer, readAudioTag, readVideoTag } from "@oxbow/containers";
import {
  AUDIO_TRACK,
  type Frame,
  type Millis,
  millis,
  parseAudioSpecificConfig,
  parseAvcConfig,
  type Track,
  VIDEO_TRACK,
} from "@oxbow/media";
import type { ChannelLimits } from "./channel.ts";
import type { ReaderEnd, ReaderWriter } from "./reader.ts";

/** Tracks and frames of an FLV file of AVC and AAC; both timescales are milliseconds. */
export async function readClip(
  file: string,
): Promise<{ readonly tracks: readonly Track[]; readonly frames: readonly Frame[] }> {
  const tracks: Track[] = [];
  const frames: Frame[] = [];
  const of = (id: number, config: Track["config"]) =>
    tracks.push({ id, timescale: 1000, language: "und", config });
  for (const { kind, timestamp: dts, body } of new FlvDemuxer().push(await readFile(file))) {
    const media =
      kind === "video" ? readVideoTag(body) : kind === "audio" ? readAudioTag(body) : undefined;
    if (media?.is === "config" && kind === "video") of(VIDEO_TRACK, parseAvcConfig(media.record));
    if (media?.is === "config" && kind === "audio") {
      of(AUDIO_TRACK, parseAudioSpecificConfig(media.record));
    }
    if (media?.is !== "frame") continue;
    const { key, compositionTime: cto, data } = media;
    frames.push({ track: kind === "video" ? VIDEO_TRACK : AUDIO_TRACK, dts, cto, key, data });
  }
  return { tracks, frames };
}

/** A clock that is set by hand. */
export class TestClock {
  at: Millis = millis(1_000_000);
  readonly now = (): Millis => this.at;

  pass(ms: number): void {
    this.at = millis(this.at + ms);
  }
}

/** A connection that takes as much as it is told to. */
export class TestWriter implements ReaderWriter {
  readonly buffers: Uint8Array[] = [];
  /** How many buffers each write had. */
  readonly writes: number[] = [];
  closed: ReaderEnd | undefined;
  queuedBytes = 0;
  mostQueued = 0;
  /** Takes all at once, unless set. */
  slow = false;

  write(buffers: readonly Uint8Array[]): boolean {
    this.buffers.push(...buffers);
    this.writes.push(buffers.length);
    if (!this.slow) return true;
    for (const { length } of buffers) this.queuedBytes += length;
    this.mostQueued = Math.max(this.mostQueued, this.queuedBytes);
    return false;
  }

  take(bytes: number): void {
    this.queuedBytes = Math.max(0, this.queuedBytes - bytes);
  }

  close(reason: ReaderEnd): void {
    this.closed = reason;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.buffers);
  }
}

export const testLimits: ChannelLimits = {
  bytes: 4 * 1024 * 1024,
  keptMs: 8_000,
  groupMs: 20_000,
  soundMs: 1_000,
  windowBytes: 256 * 1024,
  queuedBytes: 64 * 1024,
  lateMs: 1_500,
  tooLateMs: 4_000,
  stalledMs: 10_000,
  behindMs: 60_000,
};
