import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { AxeResults } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type SeededSite, seedSite } from "./seeded-site.ts";

type Who = keyof SeededSite["people"];
/** A page as somebody sees it: `{live}` and the like become ids of the seeded videos. */
type Visit = readonly [who: Who, path: string, heading: RegExp];

/** Every page and state that can be reached by its address. */
const visits: readonly Visit[] = [
  ["nobody", "/", /./],
  ["nobody", "/search?q=river", /./],
  ["nobody", "/search?q=nothing-like-this", /./],
  ["nobody", "/c/rio-aberto", /Rio Aberto/],
  ["nobody", "/c/nobody-here", /./],
  ["nobody", "/watch/{live}", /Rio Aberto, live/],
  ["viewer", "/watch/{live}", /Rio Aberto, live/],
  ["streamer", "/watch/{live}", /Rio Aberto, live/],
  ["nobody", "/watch/{ended}", /From the old bridge/],
  ["nobody", "/watch/{planned}", /Evening on the river/],
  ["nobody", "/watch/{hidden}", /./],
  ["viewer", "/watch/{hidden}", /./],
  ["nobody", "/watch/{removed}", /./],
  ["nobody", "/watch/vid_unknown", /./],
  ["nobody", "/sign-in", /Sign in/],
  ["nobody", "/sign-up", /./],
  ["nobody", "/forgotten-password", /./],
  ["nobody", "/new-password/not-a-token-of-this-site", /./],
  ["nobody", "/invitation/not-a-token-of-this-site", /./],
  ["nobody", "/setup/not-a-token-of-this-site", /./],
  ["viewer", "/account", /conta/],
  ["nobody", "/no/such/page", /There is nothing here/],
  ["viewer", "/watch/{live}/chat", /./],
  ["nobody", "/studio", /Sign in to go on/],
  ["viewer", "/studio", /not open to your account|não tem acesso/],
  ["beginner", "/studio", /canal/],
  ["beginner", "/studio/live", /./],
  ["beginner", "/studio/recordings", /./],
  ["streamer", "/studio", /./],
  ["streamer", "/studio/live", /./],
  ["planner", "/studio/live", /./],
  ["planner", "/studio/recordings", /./],
  ["planner", "/studio/recordings/{ended}", /./],
  ["planner", "/studio/recordings/{ended}/trim", /./],
  ["planner", "/studio/exports", /./],
  ["planner", "/studio/exports/new?video={ended}", /./],
  ["planner", "/studio/exports/{file}", /./],
  ["planner", "/studio/settings", /./],
  ["streamer", "/studio/recordings/{ended}", /./],
  ["streamer", "/operator", /not open to your account|não tem acesso/],
  ["operator", "/operator", /./],
  ["operator", "/operator/exports", /./],
  ["operator", "/operator/events", /./],
  ["operator", "/operator/sinks", /./],
  ["operator", "/operator/sessions", /./],
  ["operator", "/operator/storage", /./],
  ["operator", "/operator/settings", /./],
  ["operator", "/operator/doctor", /./],
  ["operator", "/operator/users", /./],
  ["operator", "/operator/audit", /./],
];

/** Each page is seen in both: the narrowest there is (WCAG 1.4.10) in the dark, and a desk in the light. */
const looks = [
  { name: "phone", width: 320, height: 640, colorScheme: "dark" },
  { name: "desk", width: 1280, height: 800, colorScheme: "light" },
] as const;

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** Milliseconds that a page may take. */
const PATIENCE = 15_000;
const SHOTS = process.env["OXBOW_SCREENSHOTS"];

let axe = "";
const opened = new AsyncDisposableStack();
let browser: Browser;
let site: SeededSite;

before(async () => {
  axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  site = opened.use(await seedSite());
  browser = opened.adopt(await openBrowser(), (one) => one.close());
  if (SHOTS !== undefined) await mkdir(SHOTS, { recursive: true });
});
after(() => opened.disposeAsync());

/** What the functions that run inside the page use of it. */
declare const window: {
  axe: { run(context: unknown, options: unknown): Promise<AxeResults> };
};
declare const document: {
  readonly documentElement: { readonly scrollWidth: number; readonly clientWidth: number };
  querySelector(selector: string): { readonly textContent: string | null } | null;
};

/** Answers that belong to a page's state, which a browser tells as errors all the same. */
const isExpected = (text: string): boolean =>
  /Failed to load resource.*status of (?:400|401|403|404|410)/.test(text);

/** What a page complains of: errors of its scripts, of its policy, of what it loads. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`threw ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) {
      complaints.push(`said ${message.text()}`);
    }
  });
  return complaints;
}

/** Waits until the page has its heading, and nothing on it is still on its way. */
async function settled(page: Page): Promise<string> {
  await page.waitForFunction(
    () =>
      document.querySelector("main h1") !== null &&
      document.querySelector('[class*="_skeleton_"]') === null,
  );
  return (await page.locator("main h1").first().textContent()) ?? "";
}

/** Holds a page against WCAG 2.2 and axe's own best practices. */
async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async (values) => {
    const { violations } = await window.axe.run(document, {
      runOnly: values,
      resultTypes: ["violations"],
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  }, RULES);
}

/** What is wrong with a page in one look; axe takes its time, and is left out where it is told. */
async function faultsIn(
  page: Page,
  look: (typeof looks)[number],
  shot: string,
  isHeld: boolean,
): Promise<string[]> {
  const { name, width, height, colorScheme } = look;
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme });
  const faults = isHeld ? await violationsOn(page) : [];
  const [wide, room] = await page.evaluate((): [number, number] => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  if (wide > room) faults.push(`is ${wide} wide where ${room} are`);
  if (SHOTS !== undefined) {
    await page.screenshot({ path: join(SHOTS, `${shot}-${name}.png`), fullPage: true });
  }
  return faults.map((fault) => `${name}: ${fault}`);
}

/** Everything that is wrong with a page as somebody sees it. */
async function faultsOf(
  context: BrowserContext,
  [who, path, heading]: Visit,
  turn: number,
): Promise<string[]> {
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const faults = complaintsOf(page);
  const ids: Readonly<Record<string, string>> = { ...site.videos, file: site.file };
  await page.goto(
    site.platform.http + path.replace(/\{(\w+)\}/, (_, name: string) => ids[name] ?? ""),
  );
  const found = await settled(page).catch((error: unknown) => {
    faults.push(String(error));
    return "";
  });
  if (!heading.test(found)) faults.push(`is headed "${found}"`);
  const shot = `${who}${path.replaceAll(/\W+/g, "-")}`;
  for (const [at, look] of looks.entries()) {
    // By turns: both looks of each page where somebody looks at the pictures, too.
    const isHeld = SHOTS !== undefined || at === turn % looks.length;
    faults.push(...(await faultsIn(page, look, shot, isHeld)));
  }
  await page.close();
  return faults.map((fault) => `${who} at ${path}: ${fault}`);
}

/** All pages that some see, one after the other. */
async function visitAs(people: readonly Who[], faults: string[]): Promise<void> {
  for (const who of people) {
    const context = await browser.newContext({
      locale: "en-US",
      // Colours that fade are judged when they have arrived.
      reducedMotion: "reduce",
    });
    await site.people[who].signInto(context);
    for (const [turn, visit] of visits.filter(([visitor]) => visitor === who).entries()) {
      const found = await faultsOf(context, visit, turn);
      faults.push(...found);
    }
    await context.close();
  }
}

test("every page is whole for everybody, in both themes, from phone to desk", async () => {
  const faults: string[] = [];
  const people = [...new Set(visits.map(([who]) => who))];
  // Two at a time: one waits for answers while the other is looked at.
  await Promise.all([
    visitAs(
      people.filter((_, at) => at % 2 === 0),
      faults,
    ),
    visitAs(
      people.filter((_, at) => at % 2 === 1),
      faults,
    ),
  ]);
  assert.deepEqual(faults, []);
});
