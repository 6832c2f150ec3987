import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";

/** Players that are not ours. */
export type Engine = "shaka" | "dash.js";

/** A page with such a player in it. */
export type PlayerView = {
  /** Errors that it told so far. */
  readonly complaints: readonly string[];
  /** Resolves when the picture has gone on for so many seconds from where it is now. */
  plays(seconds: number): Promise<void>;
  /** Resolves when the picture of a time is shown. */
  reaches(time: number): Promise<void>;
  /** Resolves when the player says that it is at the end, with the time there. */
  ends(): Promise<number>;
  time(): Promise<number>;
  /** Seconds between what is shown and the presentation's clock, which is Unix time for live DASH. */
  latency(): Promise<number>;
  /** To so many seconds after where it can be sought to, or before the end of that. */
  seek(seconds: number): Promise<void>;
  /** Resolves when the player has a cue with this text. */
  hasCue(text: string): Promise<void>;
  /** Path and place of the picture that it would show for a time. */
  thumbnail(seconds: number): Promise<string>;
  size(): Promise<readonly number[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

const scripts: Readonly<Record<Engine, string>> = {
  shaka: "shaka-player/dist/shaka-player.compiled.js",
  "dash.js": "dashjs/dist/dash.all.min.js",
};

// Run in the page: it knows the players, and this program does not.
const starts: Readonly<Record<Engine, string>> = {
  shaka: `(async () => {
    const player = new shaka.Player();
    // From the first segment on: in pictures that are there already it looks for no captions.
    player.configure({ autoShowText: shaka.config.AutoShowText.ALWAYS });
    await player.attach(video);
    if (low) player.configure({ streaming: { lowLatencyMode: true, liveSync: { enabled: true } } });
    window.thumbnail = async (at) => {
      const { uris: [url], positionX: x, positionY: y, width, height } =
        await player.getThumbnails(player.getImageTracks()[0].id, at);
      return { url, x, y, width, height };
    };
    window.latency = () => (Date.now() - player.getPlayheadTimeAsDate()) / 1000;
    player.addEventListener("error", ({ detail }) => console.error("shaka " + detail.code + " " + JSON.stringify(detail.data)));
    window.range = () => { const { start, end } = player.seekRange(); return [start, end]; };
    await player.load(url, begin).catch((error) => { console.error("shaka load " + error.code + " " + JSON.stringify(error.data)); });
    const [words] = player.getTextTracks();
    if (words) { player.selectTextTrack(words); player.setTextTrackVisibility(true); }
    await video.play();
  })()`,
  "dash.js": `(() => {
    const player = dashjs.MediaPlayer().create();
    player.on("error", ({ error }) => console.error("dash.js " + error.code + " " + error.message));
    player.updateSettings({ debug: { logLevel: 0 } });
    window.range = () => [video.seekable.start(0), video.seekable.end(video.seekable.length - 1)];
    window.latency = () => player.getCurrentLiveLatency();
    window.thumbnail = (at) => new Promise((resolve) => player.provideThumbnail(at, resolve));
    player.initialize(video, url, true);
  })()`,
};

/** The longest that something in a page is waited for, in milliseconds. */
const PATIENCE = 40_000;

/**
 * Opens a page that plays a URL. `low`: with low latency, where a player has to be told. `begin`: for shaka,
 * the second to begin at; unless told it goes to the first picture, where that comes a moment after zero, when
 * it has it, and with that forgets the captions that it has read by then.
 */
export async function playerAt(
  browser: Browser,
  engine: Engine,
  url: string,
  low = false,
  begin?: number,
): Promise<PlayerView> {
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (line) => {
    // What a browser asks for by itself is no media.
    const own = line.location().url.endsWith("/favicon.ico");
    if (line.type() === "error" && !own) complaints.push(`${line.text()} ${line.location().url}`);
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  // A page of this machine: shaka wants what browsers keep for secure pages.
  await page.goto(new URL("/livez", url).href);
  await page.setContent('<video muted width="320" height="180"></video>');
  await page.addScriptTag({ path: fileURLToPath(import.meta.resolve(scripts[engine])) });
  await page.evaluate(
    `window.video = document.querySelector("video"); window.url = ${JSON.stringify(url)}; window.low = ${low}; window.begin = ${begin};`,
  );
  await page.evaluate(starts[engine]);
  const reached = async (what: string, condition: string): Promise<void> => {
    await page
      .waitForFunction(condition, undefined, { timeout: PATIENCE })
      .catch(async (cause: unknown) => {
        const now = await page.evaluate(
          "[video.currentTime, video.duration, video.paused, video.readyState, ...window.range()].join(' ')",
        );
        const told = complaints.join("; ");
        throw new Error(`${engine} of ${url}: ${what} did not come (${String(now)}): ${told}`, {
          cause,
        });
      });
  };
  return {
    complaints,
    async plays(seconds) {
      await reached("a picture", "video.readyState > 2 && !video.seeking && !video.paused");
      await page.evaluate(
        "window.from = video.currentTime; window.shown = video.getVideoPlaybackQuality().totalVideoFrames",
      );
      await reached(
        "motion",
        `video.currentTime >= from + ${seconds} && video.getVideoPlaybackQuality().totalVideoFrames >= shown + ${seconds * 10}`,
      );
    },
    reaches: (time) => reached("its time", `video.currentTime >= ${time} && !video.seeking`),
    async ends() {
      await reached("the end", "video.ended");
      return Number(await page.evaluate("video.currentTime"));
    },
    time: async () => Number(await page.evaluate("video.currentTime - window.range()[0]")),
    latency: async () => Number(await page.evaluate("window.latency()")),
    async seek(seconds) {
      const place = seconds < 0 ? "window.range()[1]" : "window.range()[0]";
      await page.evaluate(`video.currentTime = ${place} + ${seconds}`);
    },
    hasCue: (text) =>
      reached(
        `the cue "${text}"`,
        `[...video.textTracks].some(({ cues }) => [...(cues ?? [])].some((cue) => cue.text === ${JSON.stringify(text)}))`,
      ),
    thumbnail: async (seconds) =>
      String(
        await page.evaluate(
          `thumbnail(${seconds}).then(({ url, x, y, width, height }) => new URL(url).pathname + "#xywh=" + [x, y, width, height])`,
        ),
      ),
    size: async () => [
      Number(await page.evaluate("video.videoWidth")),
      Number(await page.evaluate("video.videoHeight")),
    ],
    [Symbol.asyncDispose]: () => page.close(),
  };
}
