import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type HttpGate, openGate } from "./http-gate.ts";
import {
  complaintsOf,
  coveredFaults,
  faultsIn,
  looks,
  settled,
  strainFaults,
  type Waiting,
  waitingOf,
} from "./page-checks.ts";
import { playScene, sceneName, scenes } from "./page-scenes.ts";
import { follow, statesFaults } from "./page-states.ts";
import { toldTo, untranslated } from "./page-texts.ts";
import { type SeededSite, seedSite } from "./seeded-site.ts";
import { type SeededTroubles, seedEncoder, seedTroubles } from "./seeded-troubles.ts";

type Who = keyof SeededSite["people"];
/**
 * A page as somebody sees it: `{live}` and the like become ids of the seeded videos. `states`: it has
 * answers to wait for, which may fail.
 */
type Visit = readonly [who: Who, path: string, heading: RegExp, states?: "states"];

/** Every page and state that can be reached by its address. */
const visits: readonly Visit[] = [
  ["nobody", "/no/such/page", /There is nothing here/],
  ["nobody", "/", /./, "states"],
  ["nobody", "/search?q=river", /./, "states"],
  ["nobody", "/search?q=nothing-like-this", /./],
  ["nobody", "/c/rio-aberto", /Rio Aberto/, "states"],
  ["nobody", "/c/nobody-here", /./],
  ["nobody", "/watch/{live}", /Rio Aberto, live/, "states"],
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
  ["viewer", "/account", /conta/, "states"],
  ["viewer", "/watch/{live}/chat", /./, "states"],
  ["nobody", "/studio", /Sign in to go on/],
  ["viewer", "/studio", /not open to your account|não tem acesso/],
  ["beginner", "/studio", /canal/],
  ["beginner", "/studio/live", /./],
  ["beginner", "/studio/recordings", /./],
  ["streamer", "/studio", /./, "states"],
  ["streamer", "/studio/live", /./],
  ["planner", "/studio/live", /./, "states"],
  ["planner", "/studio/recordings", /./, "states"],
  ["planner", "/studio/recordings/{ended}", /./, "states"],
  ["planner", "/studio/recordings/{ended}/trim", /./],
  ["planner", "/studio/exports", /./, "states"],
  ["planner", "/studio/exports/new?video={ended}", /./, "states"],
  ["planner", "/studio/exports/{file}", /./, "states"],
  ["planner", "/studio/exports/{failed}", /./],
  ["planner", "/studio/exports/{aborted}", /./],
  ["planner", "/studio/exports/{running}", /./],
  ["planner", "/studio/settings", /./, "states"],
  ["streamer", "/studio/recordings/{ended}", /./],
  ["streamer", "/operator", /not open to your account|não tem acesso/],
  ["operator", "/operator", /./, "states"],
  ["operator", "/operator/exports", /./, "states"],
  ["operator", "/operator/events", /./, "states"],
  ["operator", "/operator/sinks", /./, "states"],
  ["operator", "/operator/sessions", /./, "states"],
  ["operator", "/operator/storage", /./, "states"],
  ["operator", "/operator/settings", /./, "states"],
  ["operator", "/operator/doctor", /./, "states"],
  ["operator", "/operator/users", /./, "states"],
  ["operator", "/operator/audit", /./, "states"],
];

/** Pages with all kinds of bars and lists, which are gone through by the Tab key. */
const walkedThrough = new Set([
  "viewer /watch/{live}",
  "streamer /studio/live",
  "planner /studio/recordings/{ended}",
  "operator /operator/events",
]);

/** Milliseconds that a page may take. */
const PATIENCE = 15_000;

const opened = new AsyncDisposableStack();
let browser: Browser;
let site: SeededSite;
let troubles: SeededTroubles;

before(async () => {
  const encoder = opened.use(await seedEncoder());
  site = opened.use(await seedSite({ OXBOW_FFMPEG: encoder.path }));
  troubles = opened.use(await seedTroubles(site, encoder));
  browser = opened.adopt(await openBrowser(), (one) => one.close());
});
after(() => opened.disposeAsync());

/** What the functions that run inside the page use of it. */
declare const localStorage: { setItem(key: string, value: string): void };

const pathOf = (path: string): string => {
  const ids: Readonly<Record<string, string>> = {
    ...site.videos,
    ...troubles.wishes,
    file: site.file,
  };
  return path.replace(/\{(\w+)\}/, (_, name: string) => ids[name] ?? "");
};

/** Somebody's browser behind a gate. */
type Walker = {
  readonly page: Page;
  readonly gate: HttpGate;
  readonly waiting: Waiting;
  readonly complaints: string[];
};

async function walkerOf(context: BrowserContext, who: Who, gate: HttpGate): Promise<Walker> {
  await site.people[who].signInto(context);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  return { page, gate, waiting: waitingOf(page), complaints: complaintsOf(page) };
}

/** Everything that is wrong with a page as somebody sees it; `turn`: which of that person's pages it is. */
async function faultsOf(walker: Walker, visit: Visit, turn: number): Promise<string[]> {
  const [who, path, heading, states] = visit;
  const { page, gate, waiting, complaints } = walker;
  const at = pathOf(path);
  const shot = `${who}${path}`;
  const faults: string[] = [];
  // Where what it asks for is known from the page before, it is loaded; else reached as by a link.
  const isLoaded = turn === 0 || (states !== undefined && path.startsWith("/studio"));
  const go = async (): Promise<void> => {
    await (isLoaded ? page.goto(gate.url + at) : follow(page, at));
  };
  const look = looks[turn % looks.length] ?? looks[0];
  if (states === undefined) await go();
  else faults.push(...(await statesFaults(page, gate, waiting, { go, look, shot })));
  const found = await settled(page, waiting);
  if (!heading.test(found)) faults.push(`is headed "${found}"`);
  const both = turn % 2 === 0 ? looks : looks.toReversed();
  let seen = await faultsIn(page, { shot }, ...both);
  if (seen.length > 0) {
    // A page that has just been told something loads again: it is held to what it shows when it stands still.
    await settled(page, waiting);
    seen = await faultsIn(page, { shot }, ...both);
  }
  faults.push(...seen, ...(await strainFaults(page, shot)));
  if (walkedThrough.has(`${who} ${path}`)) faults.push(...(await coveredFaults(page)));
  faults.push(...complaints.splice(0));
  return faults.map((fault) => `${who} at ${path}: ${fault}`);
}

/** All pages that somebody sees, one after the other. */
async function visitAs(who: Who, gate: HttpGate): Promise<string[]> {
  // Colours that fade are judged when they have arrived.
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  const walker = await walkerOf(context, who, gate);
  const faults: string[] = [];
  for (const [turn, visit] of visits.filter(([visitor]) => visitor === who).entries()) {
    const found = await faultsOf(walker, visit, turn).catch((error: unknown) => {
      gate.rule = () => "pass";
      return [`${who} at ${visit[1]}: ${String(error)}`];
    });
    faults.push(...found);
  }
  await context.close();
  return faults;
}

/** All that somebody can open, in the pseudo-language. */
async function playAs(who: Who, gate: HttpGate): Promise<string[]> {
  const context = await browser.newContext({ locale: "en-US", reducedMotion: "reduce" });
  await context.addInitScript(() => localStorage.setItem("oxbow.pseudo", "on"));
  const { page, waiting, complaints } = await walkerOf(context, who, gate);
  const told = toldTo(page);
  const faults: string[] = [];
  let shown = "";
  for (const scene of scenes.filter((one) => one.who === who)) {
    if (scene.path !== shown) {
      shown = scene.path;
      await page.goto(`${gate.url}${pathOf(shown)}?lang=x-pseudo`);
      await settled(page, waiting);
      const left = await untranslated(page, told.texts);
      faults.push(...left.map((fault) => `${who} at ${shown}: ${fault}`));
    }
    const found = playScene(page, gate, scene).catch((error: unknown) => {
      gate.rule = () => "pass";
      shown = "";
      return [`${sceneName(scene)}: ${String(error)}`];
    });
    faults.push(...(await found));
  }
  await context.close();
  return [...faults, ...complaints.map((complaint) => `${who}: ${complaint}`)];
}

/** Two people at a time, those with the most to see first: one waits for answers while another is looked at. */
async function asEach(
  whos: readonly Who[],
  see: (who: Who, gate: HttpGate) => Promise<string[]>,
): Promise<string[]> {
  const seen = (who: Who): number => whos.filter((one) => one === who).length;
  const left = [...new Set(whos)].toSorted((a, b) => seen(b) - seen(a));
  const go = async (): Promise<string[]> => {
    await using gate = await openGate(site.platform.http);
    const faults: string[] = [];
    for (let who = left.shift(); who !== undefined; who = left.shift()) {
      faults.push(...(await see(who, gate)));
    }
    return faults;
  };
  return (await Promise.all([go(), go()])).flat();
}

test("every page is whole for everybody, loading, failed and there, in both themes, from phone to desk", async () => {
  const whos = visits.map(([who]) => who);
  assert.deepEqual(await asEach(whos, visitAs), []);
});

test("every dialog, menu and tab opens, is whole and closes by the keyboard, with texts a third longer", async () => {
  const whos = scenes.map(({ who }) => who);
  assert.deepEqual(await asEach(whos, playAs), []);
});
