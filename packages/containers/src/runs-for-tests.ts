import type { AudioConfig, Track, VideoConfig } from "@oxbow/media";
import * as fc from "fast-check";
import type { SampleRun } from "./index.ts";

/** Constrained baseline at 3.1, 1280 × 720, from libx264. */
export const VIDEO: VideoConfig = {
  kind: "video",
  codec: "avc",
  record: Uint8Array.from(
    Buffer.from(
      "0142c01fffe1001c6742c01fda014016ec05a808080a000003000200000300641e30654001000468ce0fc8",
      "hex",
    ),
  ),
  codecString: "avc1.42c01f",
  width: 1280,
  height: 720,
  pixelAspect: [1, 1],
  colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
};

export const AUDIO: AudioConfig = {
  kind: "audio",
  codec: "aac",
  record: Uint8Array.of(0x11, 0x90),
  codecString: "mp4a.40.2",
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

export const videoTrack: Track = { id: 1, timescale: 90_000, language: "und", config: VIDEO };
export const audioTrack: Track = { id: 2, timescale: 48_000, language: "deu", config: AUDIO };

/** A run with every column written out, so that runs which mean the same are equal. */
export function spelled(run: SampleRun): {
  sizes: number[];
  durations: number[];
  ctos: number[];
  syncs: number[];
} {
  const places = Array.from({ length: run.count }, (_, place) => place);
  const { durations, ctos, syncs } = run;
  return {
    sizes: [...run.sizes],
    durations: places.map((place) =>
      typeof durations === "number" ? durations : (durations[place] ?? -1),
    ),
    ctos: places.map((place) => ctos?.[place] ?? 0),
    syncs: syncs === "all" ? places : [...syncs],
  };
}

const sample = fc.record({
  size: fc.nat(300),
  ticks: fc.oneof(fc.constant(3000), fc.nat(200_000)),
  cto: fc.oneof(fc.constant(0), fc.integer({ min: -9000, max: 90_000 })),
  sync: fc.boolean(),
});

/** Runs of 1 to 40 samples with columns of every form. */
export const anyRun: fc.Arbitrary<SampleRun> = fc
  .tuple(
    fc.array(sample, { minLength: 1, maxLength: 40 }),
    fc.record({ uniform: fc.boolean(), reordered: fc.boolean(), all: fc.boolean() }),
  )
  .map(([samples, form]) => ({
    count: samples.length,
    sizes: Uint32Array.from(samples, ({ size }) => size),
    durations: form.uniform
      ? (samples[0]?.ticks ?? 0)
      : Uint32Array.from(samples, ({ ticks }) => ticks),
    ...(form.reordered ? { ctos: Int32Array.from(samples, ({ cto }) => cto) } : {}),
    syncs: form.all
      ? "all"
      : Uint32Array.from(samples.flatMap(({ sync }, place) => (sync ? [place] : []))),
  }));
