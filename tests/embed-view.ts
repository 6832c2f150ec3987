import type { Browser, Page } from "playwright-core";

/** A viewer's browser on an embed page. */
export type EmbedView = {
  /** Waits until the page is in a state. */
  state(wanted: string): Promise<void>;
  /** What stands on the card over the picture. */
  says(): Promise<string>;
  /** Presses the big button of a title. */
  start(): Promise<void>;
  /** The playhead's time in seconds. */
  time(): Promise<number>;
  /** Waits until the playhead has passed a time. */
  playedTo(seconds: number): Promise<void>;
  /** Waits until so many seconds more than now have been played, with pictures. */
  playedOn(seconds: number): Promise<void>;
  /** What the player measures. */
  figures(): Promise<{ latency?: number; partTarget?: number }>;
  /** What the browser had to complain about, playlists that were not there yet left out. */
  readonly complaints: readonly string[];
  readonly page: Page;
};

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): {
    video: {
      currentTime: number;
      getVideoPlaybackQuality(): { totalVideoFrames: number };
    };
    figures: { latency?: number; partTarget?: number };
  };
};

/** Runs inside the page. */
function progress(): { time: number; frames: number } {
  const { video } = document.querySelector("oxbow-player");
  return { time: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames };
}

export async function embedPageAt(
  browser: Browser,
  url: string,
  locale = "en-GB",
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
  await page.goto(url);
  return {
    page,
    complaints,
    state: (wanted) => page.locator(`body[data-state="${wanted}"]`).waitFor(),
    says: () => page.locator(".card [role=status]").innerText(),
    start: () => page.locator(".start").click(),
    time: async () => (await page.evaluate(progress)).time,
    figures: () => page.evaluate(() => document.querySelector("oxbow-player").figures),
    async playedTo(seconds) {
      await page.waitForFunction(
        (least) => document.querySelector("oxbow-player").video.currentTime >= least,
        seconds,
      );
    },
    async playedOn(seconds) {
      const from = await page.evaluate(progress);
      await page.waitForFunction(
        ({ time, frames }) => {
          const { video } = document.querySelector("oxbow-player");
          return (
            video.currentTime >= time && video.getVideoPlaybackQuality().totalVideoFrames >= frames
          );
        },
        // Pictures that the browser leaves out on a busy machine are not the server's.
        { time: from.time + seconds, frames: from.frames + seconds * 5 },
      );
    },
  };
}
