import type { Page } from "playwright-core";
import type { GateRule, HttpGate } from "./http-gate.ts";
import { faultsIn, type Look, settled, type Waiting } from "./page-checks.ts";

/** What the functions that run inside the page use of it. */
declare const document: {
  readonly body: { append(element: unknown): void };
  createElement(name: "a"): { href: string; click(): void; remove(): void };
  querySelectorAll(
    selector: string,
  ): Iterable<{ readonly dataset: Record<string, string>; readonly textContent: string | null }>;
  querySelector(selector: string): unknown;
};

/** The site's answers alone; pages, scripts and who is signed in come as ever. */
const answers =
  (verdict: ReturnType<GateRule>): GateRule =>
  (path) =>
    path.startsWith("/api/") && path !== "/api/session" ? verdict : "pass";

/** Goes to a page as a press on a link does: without a load. */
export async function follow(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    for (const heading of document.querySelectorAll("main h1")) {
      heading.dataset["before"] = heading.textContent ?? "";
    }
    const link = document.createElement("a");
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
  }, path);
}

/**
 * Goes to a page whose answers are held back, then refused, then given when somebody tries again. Answers
 * what is wrong with it while it loads and where it could not be shown.
 */
export async function statesFaults(
  page: Page,
  gate: HttpGate,
  waiting: Waiting,
  {
    go,
    look,
    shot,
  }: { readonly go: () => Promise<unknown>; readonly look: Look; readonly shot: string },
): Promise<string[]> {
  const faults: string[] = [];
  const tell = async (state: "loading" | "failed"): Promise<void> => {
    // What stands around it is as it was.
    const found = await faultsIn(page, { part: "main", shot: `${shot} ${state}` }, look);
    faults.push(...found.map((fault) => `${state}, ${fault}`));
  };
  gate.rule = answers("hold");
  await go();
  await page.locator("[data-skeleton]").first().waitFor();
  await tell("loading");
  gate.rule = answers("fail");
  const retry = page
    .locator("main")
    .getByRole("button", { name: /^(?:Try again|Tentar de novo)$/ });
  await retry.first().waitFor();
  await settledError(page, waiting);
  await tell("failed");
  gate.rule = () => "pass";
  while ((await retry.count()) > 0) {
    await retry.first().press("Enter");
    await settledError(page, waiting);
  }
  await settled(page, waiting);
  return faults;
}

/** Waits until all that was asked is answered, and stands on the page. */
async function settledError(page: Page, waiting: Waiting): Promise<void> {
  do {
    await page.waitForFunction(() => document.querySelector("[data-skeleton]") === null);
  } while (waiting.size > 0);
}
