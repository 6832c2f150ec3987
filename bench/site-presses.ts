import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../tests/browser.ts";
import type { SeededSite } from "../tests/seeded-site.ts";

// Interaction to Next Paint of the site's heaviest pages, on a processor four times as slow, as Lighthouse
// takes a phone's to be: of a handful of presses it is the slowest.

const SLOWER = 4;
const RUNS = 3;
const PATIENCE = 60_000;

/** What runs inside the page uses of it. */
type Press = { readonly duration: number; readonly interactionId: number };
declare const window: { presses: Map<number, number> };
declare const PerformanceObserver: new (
  told: (list: { getEntries(): Press[] }) => void,
) => { observe(options: object): void };

/** Runs inside the page: writes down how long each press took, by its id. */
function listen(): void {
  window.presses = new Map();
  new PerformanceObserver((list) => {
    for (const { duration, interactionId } of list.getEntries()) {
      const before = window.presses.get(interactionId) ?? 0;
      if (interactionId > 0 && duration > before) window.presses.set(interactionId, duration);
    }
  }).observe({ type: "event", durationThreshold: 16, buffered: true });
}

const watching = async (page: Page): Promise<void> => {
  await page.locator("oxbow-player .settings").click();
  await page.keyboard.press("Escape");
  await page.locator("oxbow-player video").press("k");
  await page.locator("oxbow-player video").press("Home");
  await page.locator("oxbow-player video").press("k");
  await page.getByRole("button", { name: "Share" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox").fill("");
  await page.getByRole("searchbox").pressSequentially("bridge");
};

const trimming = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Closer" }).click();
  await page.getByRole("button", { name: "Closer" }).click();
  await page.getByRole("button", { name: "All of it" }).click();
  for (const key of ["ArrowRight", "ArrowRight", "PageDown", "Home"])
    await page.getByRole("slider").first().press(key);
  await page.getByRole("button", { name: "Undo" }).click();
  await page.getByRole("button", { name: "Start at playhead" }).click();
};

const pages = [
  ["watch, live", "nobody", ({ live }: SeededSite["videos"]) => `/watch/${live}`, watching],
  [
    "trim",
    "planner",
    ({ ended }: SeededSite["videos"]) => `/studio/recordings/${ended}/trim?lang=en`,
    trimming,
  ],
] as const;

/** The slowest of each page's presses, in milliseconds until the next picture: of the run in the middle. */
export async function slowestPresses(site: SeededSite) {
  await using browser = await openBrowser();
  const found = [];
  for (const one of pages) {
    const runs = [];
    while (runs.length < RUNS) runs.push(await slowestOf(browser, site, one));
    found.push({ page: one[0], slowestPressMs: runs.toSorted((a, b) => a - b)[RUNS >> 1] });
  }
  return found;
}

async function slowestOf(
  browser: Browser,
  { platform, people, videos }: SeededSite,
  [, who, pathOf, press]: (typeof pages)[number],
): Promise<number> {
  const context = await browser.newContext({ locale: "en-GB" });
  await people[who].signInto(context);
  const tab = await context.newPage();
  tab.setDefaultTimeout(PATIENCE);
  await tab.addInitScript(listen);
  await tab.goto(platform.http + pathOf(videos));
  await tab.locator("oxbow-player video").first().waitFor();
  const devtools = await context.newCDPSession(tab);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await press(tab);
  const all = await tab.evaluate(() => [...window.presses.values()]);
  await context.close();
  if (all.length === 0) throw new Error("The browser has told of no presses");
  return Math.max(...all);
}
