import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** How a page is looked at: the narrowest there is (WCAG 1.4.10) in the dark, and a desk in the light. */
export const looks = [
  { name: "phone", width: 320, height: 640, colorScheme: "dark" },
  { name: "desk", width: 1280, height: 800, colorScheme: "light" },
] as const;
export type Look = (typeof looks)[number];

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
/** What another theme and another width can change. */
const RULES_OF_LOOKS = [
  "color-contrast",
  "link-in-text-block",
  "scrollable-region-focusable",
  "target-size",
];
/** Rows like those before them: axe takes its time with each. */
const MORE_OF_THE_SAME = "tbody > tr:nth-child(n + 5)";
/** Where pictures of all that is looked at go, for people; none are taken where it is not set. */
export const SHOTS = process.env["OXBOW_SCREENSHOTS"];
if (SHOTS !== undefined) await mkdir(SHOTS, { recursive: true });

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What the functions that run inside the page use of it. */
type Box = { readonly scrollWidth: number; readonly clientWidth: number };
type Seen = Box & {
  readonly outerHTML: string;
  readonly tagName: string;
  matches(selector: string): boolean;
  querySelector(selector: string): unknown;
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>;
};
type Placed = {
  readonly outerHTML: string;
  contains(other: unknown): boolean;
  getBoundingClientRect(): Readonly<Record<"left" | "top" | "width" | "height", number>>;
};
declare const window: {
  axe?: { run(context: unknown, options: unknown): Promise<AxeResults> };
};
declare const document: {
  readonly documentElement: Box & { readonly style: { fontSize: string } };
  querySelector(
    selector: string,
  ): { readonly dataset: Record<string, string>; readonly textContent: string | null } | null;
  querySelectorAll(selector: string): Iterable<Seen>;
  readonly body: Placed;
  readonly activeElement: Placed | null;
  elementFromPoint(x: number, y: number): Placed | null;
  getAnimations(): {
    readonly playState: string;
    readonly effect: {
      readonly target?: { getRootNode(): unknown } | null;
      getComputedTiming(): { readonly activeDuration?: unknown };
    } | null;
  }[];
};
declare function getComputedStyle(
  element: unknown,
): Readonly<
  Record<
    | "overflowX"
    | "textOverflow"
    | "webkitLineClamp"
    | "color"
    | "backgroundColor"
    | "borderBlockEndColor"
    | "fontWeight",
    string
  >
>;

/** Answers that belong to a page's state, which a browser tells as errors all the same. */
const isExpected = (text: string): boolean =>
  /Failed to load resource.*status of (?:400|401|403|404|410|500)/.test(text);

/** What a page complains of: errors of its scripts, of its policy, of what it loads. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`threw ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !isExpected(message.text())) {
      complaints.push(`said ${message.text()}`);
    }
  });
  return complaints;
}

/** Answers of the site's API that a page waits for. */
export type Waiting = { readonly size: number };

/** Follows what a page asks of the API. */
export function waitingOf(page: Page): Waiting {
  const waiting = new Set<unknown>();
  const end = (request: unknown): void => void waiting.delete(request);
  page.on("request", (request) => {
    if (new URL(request.url()).pathname.startsWith("/api/")) waiting.add(request);
  });
  page.on("requestfinished", end);
  page.on("requestfailed", end);
  return waiting;
}

/** Waits until a page has its heading, and nothing on it is still on its way. Answers the heading. */
export async function settled(page: Page, waiting: Waiting): Promise<string> {
  do {
    // What an answer leads to is on the page one frame later.
    await page.waitForFunction(() => {
      const heading = document.querySelector("main h1");
      if (heading === null || document.querySelector("[data-skeleton]") !== null) return false;
      return heading.dataset["before"] !== heading.textContent;
    });
  } while (waiting.size > 0);
  return (await page.locator("main h1").first().textContent()) ?? "";
}

/** What is looked at. */
export type View = {
  /** A selector; the whole page where there is none. */
  readonly part?: string;
  /** What a picture of it is called. */
  readonly shot: string;
};

/** Holds what is seen against WCAG 2.2 and axe's own best practices; `isNew`: not in another look before. */
async function axeFaults(page: Page, { part }: View, isNew: boolean): Promise<string[]> {
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(axe);
  const options = {
    runOnly: isNew ? RULES : RULES_OF_LOOKS,
    resultTypes: ["violations"],
  };
  const context = { include: [part ?? "html"], exclude: [MORE_OF_THE_SAME] };
  return page.evaluate(
    async ([where, how]) => {
      const found = await window.axe?.run(where, how);
      return (found?.violations ?? []).map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
      );
    },
    [context, options] as const,
  );
}

/** What of a page is wider than its place: the page itself, and words that leave their box or are cut. */
export function layoutFaults(page: Page, part = "body"): Promise<string[]> {
  return page.evaluate((selector) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    // What is over in a frame does not move; what a player shows while it waits is its own.
    const moving = document.getAnimations().filter(({ playState, effect }) => {
      const isLong = Number(effect?.getComputedTiming().activeDuration) > 50;
      return playState === "running" && isLong && effect?.target?.getRootNode() === document;
    });
    const wide =
      scrollWidth > clientWidth ? [`is ${scrollWidth} wide where ${clientWidth} are`] : [];
    const left = [...document.querySelectorAll(`${selector} *`)].filter((element) => {
      const over = element.scrollWidth - element.clientWidth;
      // What is 1 wide is for those who listen; what a player shows is not seen from here.
      if (over <= 1 || element.clientWidth <= 1) return false;
      if (element.tagName === "OXBOW-PLAYER" || element.querySelector("oxbow-player") !== null) {
        return false;
      }
      const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(element);
      if (textOverflow === "ellipsis" || webkitLineClamp !== "none") return false;
      if (overflowX === "visible") {
        return [...element.childNodes].some(
          ({ nodeType, textContent }) => nodeType === 3 && (textContent ?? "").trim() !== "",
        );
      }
      // Code, timelines, tabs and the navigation of a phone are meant to be moved sideways.
      return !element.matches("pre, nav, [role=tablist], [class*=timeline], textarea, input");
    });
    return [
      ...wide,
      ...(moving.length === 0 ? [] : ["moves, although the browser asks for calm"]),
      ...left.map(({ outerHTML }) => `words leave their place: ${outerHTML.slice(0, 200)}`),
    ];
  }, part);
}

/** Everything that is wrong with what is seen in some looks, the first of them in all that axe knows. */
export async function faultsIn(
  page: Page,
  seen: View,
  ...some: readonly Look[]
): Promise<string[]> {
  const faults: string[] = [];
  for (const [at, { name, width, height, colorScheme }] of some.entries()) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    const found = [
      ...(await axeFaults(page, seen, at === 0)),
      ...(await layoutFaults(page, seen.part)),
    ];
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    await take(page, `${seen.shot} ${name}`, seen.part === undefined);
  }
  return faults;
}

/** A page in letters twice as large (WCAG 1.4.4), and in the colours of the system alone. */
export async function strainFaults(page: Page, shot: string): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 800 });
  await setLetters(page, "32px");
  const large = await layoutFaults(page);
  await take(page, `${shot} large`);
  await setLetters(page, "");
  await page.emulateMedia({ forcedColors: "active" });
  const forced = await untold(page);
  await take(page, `${shot} forced`);
  await page.emulateMedia({ forcedColors: "none" });
  return [
    ...large.map((fault) => `in large letters: ${fault}`),
    ...forced.map((fault) => `in forced colours: ${fault}`),
  ];
}

/** The size that all others on a page follow; "": as the browser has it. */
const setLetters = (page: Page, size: string): Promise<void> =>
  page.evaluate((wanted) => {
    document.documentElement.style.fontSize = wanted;
  }, size);

async function take(page: Page, shot: string, fullPage = true): Promise<void> {
  if (SHOTS === undefined) return;
  await page.screenshot({ path: join(SHOTS, `${shot.replaceAll(/\W+/g, "-")}.png`), fullPage });
}

/** What is told by a colour or a ground that the system's colours do not have: pairs that must not look alike. */
const told = [
  ["nav [aria-current]", "nav a:not([aria-current])"],
  ['[role="tab"][aria-selected="true"]', '[role="tab"][aria-selected="false"]'],
  ['[role="progressbar"][aria-valuenow] > *', '[role="progressbar"]'],
  ['[class*="badge_badge"]', "main"],
] as const;

function untold(page: Page): Promise<string[]> {
  return page.evaluate((pairs) => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- what runs in the page comes as a whole
    const looksOf = (element: unknown): string => {
      const { color, backgroundColor, borderBlockEndColor, fontWeight } = getComputedStyle(element);
      return [color, backgroundColor, borderBlockEndColor, fontWeight].join(" ");
    };
    return pairs.flatMap(([chosen, other]) => {
      const [a, b] = [document.querySelector(chosen), document.querySelector(other)];
      if (a === null || b === null || looksOf(a) !== looksOf(b)) return [];
      return [`${chosen} looks like ${other}`];
    });
  }, told);
}

/** How many presses of Tab are enough to meet every kind of control of a page. */
const TABS = 40;

/** What has the focus and is covered, by a bar that stands still or the edge of a list (WCAG 2.4.11). */
export async function coveredFaults(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: looks[0].width, height: looks[0].height });
  const faults: string[] = [];
  for (let at = 0; at < TABS; at += 1) {
    await page.keyboard.press("Tab");
    const covered = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return "";
      const { left, top, width, height } = focused.getBoundingClientRect();
      const isSeen = [0.1, 0.5, 0.9].some((part) => {
        const on = document.elementFromPoint(left + width * part, top + height * part);
        return (
          on !== null && (focused.contains(on) || (on !== document.body && on.contains(focused)))
        );
      });
      return isSeen ? "" : focused.outerHTML.slice(0, 160);
    });
    if (covered !== "") faults.push(`has the focus and is covered: ${covered}`);
  }
  return faults;
}
