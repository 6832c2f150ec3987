import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "../tests/browser.ts";
import { embedPageAt } from "../tests/embed-view.ts";
import { publish } from "../tests/publisher.ts";
import { startServer } from "./started-server.ts";

// `npm run bench -- low-latency`: the player in Chromium on the newest of a stream that ffmpeg sends in
// real time, low latency and ordinary. LOW_LATENCY_MINUTES says how long each is watched (1).
// Latency is what hls.js measures: from the live edge of the playlist, aged by its delivery.

const minutes = Number(process.env["LOW_LATENCY_MINUTES"] ?? "1");
/** Seconds until the player has settled. */
const SETTLE = 8;
const SAMPLE_MS = 200;

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): {
    video: { getVideoPlaybackQuality(): { totalVideoFrames: number; droppedVideoFrames: number } };
    figures: { latency?: number; wanted?: number; partTarget?: number };
    addEventListener(
      type: "statechange",
      listener: (event: { detail: { at: string } }) => void,
    ): void;
  };
};

/** Watches inside the page: latencies in seconds, stalls that the viewer was told of, and frames. */
function watch({ ms, every }: { ms: number; every: number }): Promise<{
  latencies: number[];
  stalls: number;
  frames: number;
  dropped: number;
  wanted: number | undefined;
  partTarget: number | undefined;
}> {
  const player = document.querySelector("oxbow-player");
  const before = player.video.getVideoPlaybackQuality();
  const latencies: number[] = [];
  let stalls = 0;
  player.addEventListener("statechange", ({ detail }) => {
    if (detail.at === "buffering") stalls += 1;
  });
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const { latency } = player.figures;
      if (latency !== undefined) latencies.push(latency);
    }, every);
    setTimeout(() => {
      clearInterval(timer);
      const now = player.video.getVideoPlaybackQuality();
      const { wanted, partTarget } = player.figures;
      const frames = now.totalVideoFrames - before.totalVideoFrames;
      const dropped = now.droppedVideoFrames - before.droppedVideoFrames;
      resolve({ latencies, stalls, frames, dropped, wanted, partTarget });
    }, ms);
  });
}

const folder = await mkdtemp(join(tmpdir(), "oxbow-low-latency-"));
try {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: minutes * 60 + 40, bFrames: 0 });
  await using server = await startServer();
  await using browser = await openBrowser();
  for (const latency of ["low", "normal"]) {
    const name = `bench-${latency}`;
    const stream = await server.api("POST", "/streams", { name, latency, record: false });
    const { key } = publishOf(stream);
    await using publisher = publish(clip, `${server.rtmp}/${key}`);
    const view = await embedPageAt(browser, `${server.http}/embed/${name}`);
    await view.state("live");
    await view.playedOn(SETTLE);
    // A reader who comes while the stream runs: from opening the page to the first picture.
    const opened = performance.now();
    const second = await embedPageAt(browser, `${server.http}/embed/${name}`);
    await second.state("live");
    const firstPictureMs = Math.round(performance.now() - opened);
    await second.page.close();
    const seen = await view.page.evaluate(watch, { ms: minutes * 60_000, every: SAMPLE_MS });
    const { latencies, ...rest } = seen;
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (part: number): number =>
      Math.round((sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN) * 1000);
    const figures = { p50Ms: at(0.5), p95Ms: at(0.95), maxMs: at(1), firstPictureMs };
    process.stdout.write(
      `${JSON.stringify({ bench: "low-latency", latency, minutes, ...figures, ...rest })}\n`,
    );
    await view.page.close();
    await publisher.kill();
  }
} finally {
  await rm(folder, { recursive: true });
}

function publishOf(stream: unknown): { key: string } {
  if (typeof stream === "object" && stream !== null && "publish" in stream) {
    const found = /"key":"([^"]+)"/.exec(JSON.stringify(stream.publish))?.[1];
    if (found !== undefined) return { key: found };
  }
  throw new Error("The server told no stream key");
}
