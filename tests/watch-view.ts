import type { Browser, Page } from "playwright-core";
import type { PlatformProcess } from "./platform-process.ts";

/** Where the playhead stood when the end was told, and for how long it had stood there, in seconds and ms. */
export type EndTold = { readonly time: number; readonly end: number; readonly still: number };

/** A viewer's browser on the watch page of a video. */
export type WatchView = {
  readonly page: Page;
  /** What the browser had to complain about. */
  readonly complaints: readonly string[];
  /** Waits until the player is in a state. */
  state(wanted: string): Promise<void>;
  /** Waits until so many seconds more than now have been played. */
  playedOn(seconds: number): Promise<void>;
  /** Presses the big button of a video that waits to be started. */
  start(): Promise<void>;
  /** What stands on the card over the picture. */
  says(): Promise<string>;
  endedAt(): Promise<EndTold>;
  /** Waits until what is offered at the end is what a pattern means. */
  offered(wanted: RegExp): Promise<void>;
  /** Presses what takes the viewer from the end to what there is now; its playlist is what a pattern means. */
  watchRecording(wanted: RegExp): Promise<void>;
};

type Player = {
  readonly state: { readonly at: string };
  readonly video?: { readonly currentTime: number };
  readonly window: { readonly end: number };
};

/** What the functions that run inside the page use of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): Player | null;
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
};
declare const performance: { now(): number };
declare function requestAnimationFrame(callback: () => void): void;
declare const window: { ended?: EndTold; offered: string };

/** Runs inside the page, before its own scripts: writes down how the end was told. */
function listen(): void {
  let time = 0;
  let movedAt = performance.now();
  const look = (): void => {
    const now = document.querySelector("oxbow-player")?.video?.currentTime ?? 0;
    if (now !== time) movedAt = performance.now();
    time = now;
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.offered = "";
  document.addEventListener(
    "recordingready",
    ({ detail }) => {
      window.offered = detail.hls;
    },
    true,
  );
  document.addEventListener(
    "statechange",
    ({ detail }) => {
      if (detail.at !== "ended") return;
      const end = document.querySelector("oxbow-player")?.window.end ?? 0;
      window.ended ??= { time, end, still: performance.now() - movedAt };
    },
    true,
  );
}

/** Opens the page of a video in a browser. */
export async function watchPageAt(
  browser: Browser,
  { http }: Pick<PlatformProcess, "http">,
  video: string,
  { locale = "en-GB" }: { readonly locale?: string } = {},
): Promise<WatchView> {
  const page = await browser.newPage({ locale, viewport: { width: 1280, height: 800 } });
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    const { url } = message.location();
    // What is not there as yet is asked for again.
    const isWaited = /status of (?:404|503)/.test(message.text());
    if (message.type() === "error" && !isWaited) complaints.push(`${message.text()} (${url})`);
  });
  await page.addInitScript(listen);
  await page.goto(`${http}/watch/${video}`);
  return {
    page,
    complaints,
    async state(wanted) {
      await page.waitForFunction(
        (at) => document.querySelector("oxbow-player")?.state.at === at,
        wanted,
      );
    },
    async playedOn(seconds) {
      const from = await page.evaluate(
        () => document.querySelector("oxbow-player")?.video?.currentTime ?? 0,
      );
      await page.waitForFunction(
        (least) => (document.querySelector("oxbow-player")?.video?.currentTime ?? 0) >= least,
        from + seconds,
      );
    },
    start: () => page.locator("oxbow-player .start").click(),
    says: () => page.locator("oxbow-player .card [role=status]").innerText(),
    async endedAt() {
      const told = await page.evaluate(() => window.ended);
      if (told === undefined) throw new Error("The end was not told");
      return told;
    },
    async offered(wanted) {
      await page.waitForFunction(
        (pattern) => new RegExp(pattern).test(window.offered),
        wanted.source,
      );
    },
    async watchRecording(wanted) {
      // At the end, the playlist of what was live is looked at for another broadcast.
      const playlist = page.waitForRequest((request) => wanted.test(request.url()));
      await page.locator("oxbow-player .card").getByRole("button").first().click();
      await playlist;
    },
  };
}
