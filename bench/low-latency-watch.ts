import type { Page } from "playwright-core";
import { READ_HEIGHT, READ_WIDTH, readFrame } from "../fixtures/frame-code.ts";

/** A picture that was looked at. */
export type Sample = {
  /** When it was on the screen, Unix milliseconds. */
  readonly shownAt: number;
  /** What it says; undefined where it cannot be read. */
  readonly number: number | undefined;
  /** What hls.js takes for the latency, and aims at, in milliseconds. */
  readonly told: number;
  readonly wanted: number;
  readonly rate: number;
};

/** What a viewer had. */
export type Seen = {
  readonly samples: readonly Sample[];
  /** When there was nothing to show, in seconds of the watch, and for how many milliseconds. */
  readonly stalls: readonly { readonly atSecond: number; readonly ms: number }[];
  /** The longest that one picture stood, in milliseconds. */
  readonly longestPictureMs: number;
  readonly frames: number;
  readonly dropped: number;
  readonly partTarget: number | undefined;
};

/** What the functions that run inside a page use of it. */
type Video = {
  readonly currentTime: number;
  readonly playbackRate: number;
  readonly paused: boolean;
  getVideoPlaybackQuality(): { totalVideoFrames: number; droppedVideoFrames: number };
  requestVideoFrameCallback(
    shown: (now: number, frame: { expectedDisplayTime: number; presentedFrames: number }) => void,
  ): void;
  addEventListener(type: string, listener: () => void, options?: { signal: AbortSignal }): void;
};
type Canvas = {
  width: number;
  height: number;
  getContext(
    kind: "2d",
    options: { willReadFrequently: boolean },
  ): {
    drawImage(video: Video, x: number, y: number, width: number, height: number): void;
    getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
  };
};
declare const document: {
  querySelector(selector: "oxbow-player"): {
    video: Video | undefined;
    figures: { latency?: number; wanted?: number; partTarget?: number };
  } | null;
  createElement(name: "canvas"): Canvas;
};
declare const window: { firstPictureAt?: number; pressedAt?: number };
declare const requestAnimationFrame: (next: () => void) => void;

type Looked = Omit<Sample, "number"> & { readonly row: readonly number[] };
type Watched = Omit<Seen, "samples"> & {
  /** JSON: as a structure, so many of them stop the browser and this process for a second. */
  readonly looked: string;
};

/** Runs inside the page for `ms`: looks at a picture every `every` milliseconds. */
function look(options: {
  ms: number;
  every: number;
  width: number;
  height: number;
}): Promise<Watched> {
  const { ms, every, width, height } = options;
  const player = document.querySelector("oxbow-player");
  const video = player?.video;
  if (player === null || video === undefined) throw new Error("There is no player");
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const before = video.getVideoPlaybackQuality();
  const samples: Looked[] = [];
  const stop = new AbortController();
  const { signal } = stop;
  const stalls: { atSecond: number; ms: number }[] = [];
  const began = performance.now();
  let [dryAt, longestPictureMs, shownAt, lookedAt] = [0, 0, 0, -every];
  video.addEventListener("waiting", () => (dryAt ||= performance.now()), { signal });
  const goesOn = (): void => {
    if (dryAt === 0) return;
    const atSecond = Math.round((dryAt - began) / 1000);
    stalls.push({ atSecond, ms: Math.round(performance.now() - dryAt) });
    dryAt = 0;
  };
  video.addEventListener("playing", goesOn, { signal });
  const shown = (now: number, frame: { expectedDisplayTime: number }): void => {
    if (signal.aborted) return;
    video.requestVideoFrameCallback(shown);
    if (shownAt > 0) longestPictureMs = Math.max(longestPictureMs, now - shownAt);
    shownAt = now;
    if (now - lookedAt < every) return;
    lookedAt = now;
    context.drawImage(video, 0, 0, width, height);
    // The second row: the points come as red, green, blue and opacity.
    const { data } = context.getImageData(0, 2, width, 1);
    const { latency = Number.NaN, wanted = Number.NaN } = player.figures;
    samples.push({
      shownAt: performance.timeOrigin + frame.expectedDisplayTime,
      row: Array.from({ length: width }, (_, at) => data[at * 4] ?? 0),
      told: latency * 1000,
      wanted: wanted * 1000,
      rate: video.playbackRate,
    });
  };
  video.requestVideoFrameCallback(shown);
  return new Promise((resolve) => {
    setTimeout(() => {
      goesOn();
      stop.abort();
      const after = video.getVideoPlaybackQuality();
      const frames = after.totalVideoFrames - before.totalVideoFrames;
      const dropped = after.droppedVideoFrames - before.droppedVideoFrames;
      const { partTarget } = player.figures;
      const looked = JSON.stringify(samples);
      resolve({ looked, stalls, longestPictureMs, frames, dropped, partTarget });
    }, ms);
  });
}

/** Watches what a page's player shows. */
export async function watch(page: Page, ms: number, every: number): Promise<Seen> {
  const size = { width: READ_WIDTH, height: READ_HEIGHT };
  const { looked, ...rest } = await page.evaluate(look, { ms, every, ...size });
  const samples: Looked[] = JSON.parse(looked);
  const grey = new Uint8Array(READ_WIDTH * READ_HEIGHT);
  return {
    ...rest,
    samples: samples.map(({ row, shownAt, told, wanted, rate }) => {
      grey.set(row, 2 * READ_WIDTH);
      return { shownAt, number: readFrame(grey).number, told, wanted, rate };
    }),
  };
}

/** Runs inside the page before anything else does: notes when a picture is shown while it plays. */
function noteFirst(): void {
  const find = (): void => {
    const video = document.querySelector("oxbow-player")?.video;
    if (video === undefined) {
      requestAnimationFrame(find);
      return;
    }
    const shown = (): void => {
      if (video.paused) video.requestVideoFrameCallback(shown);
      else window.firstPictureAt = performance.now();
    };
    video.requestVideoFrameCallback(shown);
  };
  find();
}

/** Opens a page in which `firstPicture` can be asked for. */
export async function openNoting(page: Page, url: string): Promise<void> {
  await page.addInitScript(noteFirst);
  await page.goto(url);
}

/** Milliseconds from the page's beginning, or from the press of its button, to the first picture. */
export async function firstPicture(page: Page, press = false): Promise<number> {
  if (press) {
    const start = page.locator(".start");
    await start.waitFor();
    await start.evaluate((button: { click(): void }) => {
      window.pressedAt = performance.now();
      button.click();
    });
  }
  try {
    await page.waitForFunction(() => window.firstPictureAt !== undefined);
  } catch (cause) {
    const state = await page.locator("body").getAttribute("data-state");
    throw new Error(`No picture, in the state "${state}"`, { cause });
  }
  return page.evaluate(() =>
    Math.round((window.firstPictureAt ?? Number.NaN) - (window.pressedAt ?? 0)),
  );
}
