import type { Page } from "playwright-core";
import type { HttpGate } from "./http-gate.ts";
import { faultsIn, looks } from "./page-checks.ts";

/**
 * Something that opens on a page, by what is pressed one after the other: `button Share`, in the site's
 * English words. `message …` puts the focus on a message of a chat.
 */
export type Scene = {
  readonly who: "nobody" | "viewer" | "streamer" | "planner" | "operator";
  readonly path: string;
  readonly steps: readonly string[];
  readonly opens: "dialog" | "menu" | "part" | "toast";
  /** What the last step asks for, by its path; it fails, and what opens says so. */
  readonly refused?: RegExp;
};

const scene = (
  who: Scene["who"],
  path: string,
  opens: Scene["opens"],
  ...steps: readonly string[]
): Scene => ({ who, path, opens, steps });

const refused = (path: RegExp, one: Scene): Scene => ({ ...one, refused: path });

/** Each dialog, menu and tab of the site; and how changes that fail are told. */
export const scenes: readonly Scene[] = [
  scene("nobody", "/", "menu", "button Language and theme"),
  scene("viewer", "/watch/{live}", "menu", "button Account of"),
  scene("viewer", "/watch/{live}", "dialog", "button Share"),
  scene("viewer", "/watch/{live}", "menu", "button Chat options"),
  scene("viewer", "/watch/{live}", "menu", "message rain", "button Message of"),
  scene(
    "viewer",
    "/watch/{live}",
    "dialog",
    "message rain",
    "button Message of",
    "menuitem Report",
  ),
  scene("viewer", "/account", "dialog", "button Remove"),
  ...["message Porto", "message followers"].flatMap((message): Scene[] => [
    scene("streamer", "/watch/{live}", "menu", message, "button Message of"),
  ]),
  scene(
    "streamer",
    "/watch/{live}",
    "dialog",
    "message Porto",
    "button Message of",
    "menuitem Time out",
  ),
  scene(
    "streamer",
    "/watch/{live}",
    "dialog",
    "message Porto",
    "button Message of",
    "menuitem Ban",
  ),
  ...["Reports", "Silenced", "Rules", "Moderators"].map((tab) =>
    scene(
      "streamer",
      "/watch/{live}",
      "dialog",
      "button Chat options",
      "menuitem Moderate",
      `tab ${tab}`,
    ),
  ),
  scene("streamer", "/studio/live", "dialog", "button End the broadcast"),
  scene("planner", "/studio/live", "dialog", "button Make a new stream key"),
  scene("planner", "/studio/recordings", "menu", "button More for"),
  scene("planner", "/studio/recordings", "dialog", "button More for", "menuitem Delete"),
  scene("planner", "/studio/exports/{failed}", "dialog", "button Give it up"),
  scene("planner", "/studio/exports/{running}", "dialog", "button Stop"),
  scene("operator", "/operator", "part", "summary Done before"),
  scene("operator", "/operator", "dialog", "button ThisTitle"),
  scene("operator", "/operator/exports", "dialog", "button ThisTitle"),
  scene("operator", "/operator/exports", "dialog", "button ThisTitle", "button Give it up"),
  scene("operator", "/operator/events", "dialog", "button broadcast_started"),
  scene("operator", "/operator/sinks", "menu", "button More for"),
  scene("operator", "/operator/sinks", "dialog", "button More for", "menuitem Deliveries"),
  scene("operator", "/operator/sinks", "dialog", "button More for", "menuitem Deliver a part"),
  scene("operator", "/operator/sinks", "dialog", "button More for", "menuitem New secret"),
  scene("operator", "/operator/sinks", "dialog", "button hooks/media", "menuitem Disable"),
  scene("operator", "/operator/sessions", "dialog", "button Disconnect"),
  scene("operator", "/operator/storage", "dialog", "button Change retention"),
  scene("operator", "/operator/storage", "dialog", "button Remove"),
  scene("operator", "/operator/doctor", "dialog", "button Measure now"),
  scene("operator", "/operator/users", "menu", "button Actions for"),
  scene("operator", "/operator/users", "dialog", "button Actions for", "menuitem Suspend"),
  scene("operator", "/operator/users", "dialog", "button Invite"),
  refused(
    /\/end$/,
    scene("streamer", "/studio/live", "dialog", "button End the broadcast", "button End it"),
  ),
  refused(
    /\/dismiss$/,
    scene(
      "planner",
      "/studio/exports/{failed}",
      "dialog",
      "button Give it up",
      "button Give it up",
    ),
  ),
  refused(
    /sessions\/\w/,
    scene("operator", "/operator/sessions", "dialog", "button Disconnect", "button Disconnect"),
  ),
  refused(
    /videos\/vid_[\w-]+$/,
    scene("planner", "/studio/live", "part", "button Discard the plan"),
  ),
  refused(
    /sign-out$/,
    scene("viewer", "/account", "toast", "button Account of", "menuitem Sign out"),
  ),
];

export const sceneName = ({ who, path, steps }: Scene): string =>
  `${who} at ${path}: ${steps.join(", ")}`;

/** What the functions that run inside the page use of it. */
type Element = {
  matches(selector: string): boolean;
  contains(other: unknown): boolean;
  closest(selector: string): Element | null;
  readonly outerHTML: string;
};
declare const document: {
  readonly activeElement: Element | null;
  readonly body: Element;
  querySelectorAll(selector: string): Iterable<Element>;
};

const LAYERS = {
  dialog: "dialog[open]",
  menu: '[role="menu"]:popover-open',
  part: "main",
  toast: ".ui_toast_toast",
};
/** Where a failure is told. */
const TOLD = {
  dialog: 'dialog[open] :is([role="alert"] > *, .ui_toast_bad)',
  menu: '[role="menu"]:popover-open [role="alert"] > *',
  part: 'main [role="alert"] > *',
  toast: ".ui_toast_bad",
};

/** Words of the site, also as they stand in the pseudo-language, where letters have accents. */
const saying = (words: string): RegExp => new RegExp(words.replaceAll(/[aceinouy.…?]/gi, "."));

/** The element that has the focus, or nothing where it is outside of what is open. */
const focusOf = (page: Page, layer: string): Promise<string | undefined> =>
  page.evaluate((selector) => {
    const at = document.activeElement;
    // Between the last and the first element of a modal dialog is the browser's own part.
    if (at === null || at === document.body) return "";
    const open = [...document.querySelectorAll(selector)].at(-1);
    return open?.contains(at) === true ? at.outerHTML.slice(0, 160) : undefined;
  }, layer);

/** Presses one thing by the keyboard, as somebody without a mouse does. */
async function press(page: Page, step: string): Promise<void> {
  const [kind = "", ...words] = step.split(" ");
  const name = words.join(" ");
  if (kind === "message") {
    await page.locator("[data-message]").filter({ hasText: name }).first().focus();
    return;
  }
  const scope = page.locator("dialog[open]").last();
  const root = (await scope.count()) > 0 ? scope : page.locator("body");
  const said = saying(name);
  if (kind === "summary") {
    await root.locator("summary").filter({ hasText: said }).press("Enter");
  } else if (kind === "menuitem") {
    const item = page.getByRole("menuitem", { name: said });
    await item.waitFor();
    for (let at = 0; at < 12; at += 1) {
      if (await item.evaluate((one) => one.matches(":focus"))) break;
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
  } else if (kind === "tab") {
    const tab = page.getByRole("tab", { name: said });
    await page.locator('[role="tab"][tabindex="0"]').focus();
    for (let at = 0; at < 6; at += 1) {
      if ((await tab.getAttribute("aria-selected")) === "true") break;
      await page.keyboard.press("ArrowRight");
    }
  } else {
    await root
      .locator('button, [role="button"]')
      .filter({ visible: true })
      .and(page.getByRole("button", { name: said }))
      .first()
      .press("Enter");
  }
}

/** Holds the focus of what is open against what people expect of it; leaves it closed. */
async function focusFaults(page: Page, { opens }: Scene): Promise<string[]> {
  if (opens === "part" || opens === "toast") return [];
  const layer = LAYERS[opens];
  const faults: string[] = [];
  if (!(await focusOf(page, layer))) faults.push("the focus is not in it");
  const keys =
    opens === "menu" ? ["ArrowDown", "ArrowUp", "End", "Home"] : Array<string>(8).fill("Tab");
  for (const key of keys) {
    await page.keyboard.press(key);
    if ((await focusOf(page, layer)) === undefined) faults.push(`${key} leaves it`);
  }
  const before = await page.locator(layer).count();
  await page.keyboard.press("Escape");
  await page.waitForFunction(
    ([selector, count]) => [...document.querySelectorAll(selector)].length < count,
    [layer, before] as const,
  );
  const at = await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 160) ?? "");
  if (at === "" || at.startsWith("<body")) faults.push("the focus is nowhere when it has closed");
  return faults;
}

/** Opens something on the page that is shown, looks at it, and closes it again. Answers what is wrong. */
export async function playScene(page: Page, gate: HttpGate, one: Scene): Promise<string[]> {
  for (const step of one.steps.slice(0, -1)) await press(page, step);
  const { refused: path } = one;
  if (path !== undefined) gate.rule = (asked) => (path.test(asked) ? "fail" : "pass");
  await press(page, one.steps.at(-1) ?? "");
  if (path !== undefined) await page.locator(TOLD[one.opens]).first().waitFor();
  gate.rule = () => "pass";
  const part = LAYERS[one.opens];
  await page.locator(part).last().waitFor();
  await page.waitForFunction((selector) => {
    const open = [...document.querySelectorAll(selector)].at(-1);
    return (
      open !== undefined &&
      ![...document.querySelectorAll("[data-skeleton]")].some((each) => open.contains(each))
    );
  }, part);
  const faults = await faultsIn(page, { part, shot: sceneName(one) }, ...looks);
  faults.push(...(await focusFaults(page, one)));
  while ((await page.locator("dialog[open]").count()) > 0) await page.keyboard.press("Escape");
  return faults.map((fault) => `${sceneName(one)}: ${fault}`);
}
