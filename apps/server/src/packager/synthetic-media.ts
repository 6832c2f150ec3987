import {
  AUDIO_TRACK,
  type Frame,
  rescale,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";
import type { Chunk, PackagerOutput, Segment, Stretch } from "./chunk.ts";

export const video: Track = {
  id: VIDEO_TRACK,
  timescale: VIDEO_TIMESCALE,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: Uint8Array.of(1, 100, 0, 31),
    codecString: "avc1.64001f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
  },
};

/** AAC at 48 kHz. */
export const audio: Track = {
  id: AUDIO_TRACK,
  timescale: 48_000,
  language: "eng",
  config: {
    kind: "audio",
    codec: "aac",
    record: Uint8Array.of(0x11, 0x90),
    codecString: "mp4a.40.2",
    sampleRate: 48_000,
    channels: 2,
    samplesPerFrame: 1024,
  },
};

/** Pictures at these milliseconds (as RTMP gives them), a keyframe where `key` says so. */
export function pictures(
  times: readonly number[],
  key: (at: number) => boolean,
  reorder: readonly number[] = [0],
  bytes = 20,
): Frame[] {
  return times.map((ms, at) => ({
    track: VIDEO_TRACK,
    dts: Math.round(ms) * 90,
    cto: (reorder[at % reorder.length] ?? 0) * 90,
    key: key(at),
    data: new Uint8Array(bytes + ((at * 7) % 50)),
  }));
}

/** Evenly spaced times in milliseconds, with their fractions. */
export function evenly(fromMs: number, toMs: number, perSecond: number): number[] {
  const count = Math.max(0, Math.ceil(((toMs - fromMs) * perSecond) / 1000));
  return Array.from({ length: count }, (_, at) => fromMs + (at * 1000) / perSecond);
}

/** AAC units without a hole. */
export function sound(fromMs: number, toMs: number): Frame[] {
  const frames: Frame[] = [];
  const from = rescale(fromMs, 1000, audio.timescale);
  const to = rescale(toMs, 1000, audio.timescale);
  for (let dts = from; dts < to; dts += 1024) {
    const data = new Uint8Array(10 + (frames.length % 5));
    frames.push({ track: AUDIO_TRACK, dts, cto: 0, key: true, data });
  }
  return frames;
}

export function trackOf(id: number): Track {
  return id === VIDEO_TRACK ? video : audio;
}

/** Milliseconds of decode time. */
export function timeOf(frame: Frame): number {
  return (frame.dts * 1000) / trackOf(frame.track).timescale;
}

/** Frames of several tracks in the order of their times, with the audio delivered later by `lagMs`. */
export function interleaved(frames: readonly Frame[], lagMs = 0): Frame[] {
  const due = (frame: Frame): number => timeOf(frame) + (frame.track === AUDIO_TRACK ? lagMs : 0);
  return frames.toSorted((a, b) => due(a) - due(b));
}

/** Keeps all that a packager puts out, in order. */
export class Recording implements PackagerOutput {
  readonly stretches: Stretch[] = [];
  readonly ended: Stretch[] = [];
  readonly chunks: Chunk[] = [];
  readonly segments: Segment[] = [];

  stretchBegan(stretch: Stretch): void {
    this.stretches.push(stretch);
  }
  chunkSealed(chunk: Chunk): void {
    this.chunks.push(chunk);
  }
  segmentSealed(segment: Segment): void {
    this.segments.push(segment);
  }
  stretchEnded(stretch: Stretch): void {
    this.ended.push(stretch);
  }

  /** The samples of one track, read back from the sealed chunks. */
  samples(track: number, segment?: number): Frame[] {
    const frames: Frame[] = [];
    for (const chunk of this.chunks) {
      if (chunk.track !== track || (segment !== undefined && chunk.segment !== segment)) continue;
      let { dts } = chunk;
      const { samples } = chunk;
      for (let at = 0; at < samples.count; at += 1) {
        const key = samples.syncs === "all" || samples.syncs.includes(at);
        const data = chunk.buffers[at + 1] ?? new Uint8Array();
        frames.push({ track, dts, cto: samples.ctos?.[at] ?? 0, key, data });
        dts +=
          typeof samples.durations === "number" ? samples.durations : (samples.durations[at] ?? 0);
      }
    }
    return frames;
  }
}
