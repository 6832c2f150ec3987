import assert from "node:assert/strict";
import { test } from "node:test";
import type { TranscoderHealth } from "@oxbow/contract";
import { Registry } from "prom-client";
import { TranscoderMetrics } from "./transcoder-metrics.ts";

const rendition = (name: string, state: "running" | "shed") => ({
  ...{ name, width: 640, height: 360, fps: null, bitrate: 800_000 },
  state,
});

test("what Prometheus reads is how the transcoders do now", async () => {
  let now: TranscoderHealth[] = [];
  const registry = new Registry();
  const metrics = new TranscoderMetrics(registry, () => now);
  const read = async () =>
    (await registry.metrics()).split("\n").filter((line) => line.startsWith("oxbow"));
  assert.deepEqual(await read(), [
    "oxbow_transcoder_delay_seconds 0",
    "oxbow_transcoder_speed_ratio 1",
  ]);
  const running = { state: "running", encoder: "libx264", speed: 1.5, delayMs: 120 } as const;
  now = [
    { ...running, renditions: [rendition("360p", "running")] },
    {
      ...{ ...running, state: "degraded", speed: 0.9, delayMs: null },
      renditions: [rendition("360p", "running"), rendition("720p", "shed")],
    },
  ];
  metrics.degraded("slow");
  assert.deepEqual(await read(), [
    'oxbow_transcoders{state="running"} 1',
    'oxbow_transcoders{state="degraded"} 1',
    'oxbow_transcoder_renditions{state="running"} 2',
    'oxbow_transcoder_renditions{state="shed"} 1',
    "oxbow_transcoder_delay_seconds 0.12",
    "oxbow_transcoder_speed_ratio 0.9",
    'oxbow_transcoder_troubles_total{reason="slow"} 1',
  ]);
});
