import { join } from "node:path";
import type { Browser, Page } from "playwright-core";

/** What a viewer was told, where his playhead stood, and how long it had stood still then. */
export type Told = {
  readonly at: string;
  /** Seconds on the element's timeline. */
  readonly time: number;
  /** Milliseconds since the playhead moved last. */
  readonly still: number;
};

/** A viewer's browser on an embed page. */
export type EmbedView = {
  /** Waits until the page is in a state, or in one of several. */
  state(...wanted: string[]): Promise<void>;
  /** The states since the page was opened, the newest last. */
  told(): Promise<Told[]>;
  /** The recordings that were offered since the page was opened, the newest last. */
  offered(): Promise<string[]>;
  /** What stands on the card over the picture. */
  says(): Promise<string>;
  /** Presses the big button of a title. */
  start(): Promise<void>;
  /** What can be seeked to, in seconds. */
  window(): Promise<{ start: number; end: number }>;
  /** The playhead's time in seconds. */
  time(): Promise<number>;
  /** Waits until the playhead has passed a time. */
  playedTo(seconds: number): Promise<void>;
  /** Waits until so many seconds more than now have been played, with pictures. */
  playedOn(seconds: number): Promise<void>;
  /** Waits so many seconds of the page's own clock. */
  passed(seconds: number): Promise<void>;
  /** Cuts this viewer's network for so many seconds. */
  cutNetwork(seconds: number): Promise<void>;
  /** Keeps what is seen where a person wants to look: SCREENSHOTS=folder. */
  look(name: string): Promise<void>;
  /** What the player measures. */
  figures(): Promise<{ latency?: number; partTarget?: number }>;
  /** What the browser had to complain about, playlists that were not there yet left out. */
  readonly complaints: readonly string[];
  readonly page: Page;
};

/** What the functions that run inside the page use of it. */
declare const document: {
  addEventListener(
    type: "statechange",
    listener: (event: { detail: { at: string } }) => void,
    capture: true,
  ): void;
  addEventListener(
    type: "recordingready",
    listener: (event: { detail: { hls: string } }) => void,
    capture: true,
  ): void;
  querySelector(selector: "oxbow-player"): {
    video?: {
      currentTime: number;
      getVideoPlaybackQuality(): { totalVideoFrames: number };
    };
    figures: { latency?: number; partTarget?: number };
    window: { start: number; end: number };
  };
};
declare const performance: { now(): number };
declare function requestAnimationFrame(callback: () => void): void;
declare const window: { told: Told[]; offered: string[] };

/** Runs inside the page, before its own scripts: writes down what the viewer is told. */
function listen(): void {
  window.told = [];
  window.offered = [];
  document.addEventListener(
    "recordingready",
    ({ detail }) => window.offered.push(detail.hls),
    true,
  );
  let time = 0;
  let movedAt = performance.now();
  const look = (): void => {
    const now = document.querySelector("oxbow-player")?.video?.currentTime ?? 0;
    if (now !== time) movedAt = performance.now();
    time = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  document.addEventListener(
    "statechange",
    ({ detail }) => window.told.push({ at: detail.at, time, still: performance.now() - movedAt }),
    true,
  );
}

/** Runs inside the page. */
function progress(): { time: number; frames: number } {
  const { video } = document.querySelector("oxbow-player");
  return {
    time: video?.currentTime ?? 0,
    frames: video?.getVideoPlaybackQuality().totalVideoFrames ?? 0,
  };
}

export type ViewOptions = {
  readonly locale?: string;
  /** What is done before the page is asked for. */
  readonly prepare?: (page: Page) => Promise<void>;
};

export async function embedPageAt(
  browser: Browser,
  url: string,
  { locale = "en-GB", prepare }: ViewOptions = {},
): Promise<EmbedView> {
  const page = await browser.newPage({ locale, viewport: { width: 960, height: 540 } });
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    const text = message.text();
    if (message.type() === "error" && !/status of (?:404|503)|ERR_INTERNET_DISCONNECTED/.test(text))
      complaints.push(text);
  });
  await page.addInitScript(listen);
  await prepare?.(page);
  await page.goto(url);
  const passed = async (seconds: number): Promise<void> => {
    const end = (await page.evaluate(() => performance.now())) + seconds * 1000;
    await page.waitForFunction((time) => performance.now() >= time, end);
  };
  return {
    page,
    complaints,
    passed,
    state: (...wanted) =>
      page.locator(wanted.map((at) => `body[data-state="${at}"]`).join()).waitFor(),
    told: () => page.evaluate(() => window.told),
    offered: () => page.evaluate(() => window.offered),
    says: () => page.locator(".card [role=status]").innerText(),
    start: () => page.locator(".start").click(),
    window: () => page.evaluate(() => document.querySelector("oxbow-player").window),
    time: async () => (await page.evaluate(progress)).time,
    figures: () => page.evaluate(() => document.querySelector("oxbow-player").figures),
    async playedTo(seconds) {
      await page.waitForFunction(
        (least) => (document.querySelector("oxbow-player").video?.currentTime ?? 0) >= least,
        seconds,
      );
    },
    async playedOn(seconds) {
      const from = await page.evaluate(progress);
      await page.waitForFunction(
        ({ time, frames }) => {
          const { video } = document.querySelector("oxbow-player");
          if (video === undefined) return false;
          return (
            video.currentTime >= time && video.getVideoPlaybackQuality().totalVideoFrames >= frames
          );
        },
        // Pictures that the browser leaves out on a busy machine are not the server's.
        { time: from.time + seconds, frames: from.frames + seconds * 5 },
      );
    },
    async look(name) {
      const folder = process.env["SCREENSHOTS"];
      if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
    },
    async cutNetwork(seconds) {
      await page.context().setOffline(true);
      await passed(seconds);
      await page.context().setOffline(false);
    },
  };
}
