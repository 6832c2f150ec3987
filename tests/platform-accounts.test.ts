import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { PASSWORD } from "./site-caller.ts";

const opened = new AsyncDisposableStack();
let platform: PlatformProcess;
let browser: Browser;
const broken: string[] = [];

before(async () => {
  platform = opened.use(await startPlatform());
  browser = opened.adopt(await openBrowser(), (one) => one.close());
});
after(() => opened.disposeAsync());

async function somebody(): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.on("pageerror", (error) => broken.push(error.message));
  return { context, page };
}

/** Writes into the form that has the focus, as one does without a mouse. */
async function typed(page: Page, ...values: readonly string[]): Promise<void> {
  for (const [index, value] of values.entries()) {
    if (index > 0) await page.keyboard.press("Tab");
    await page.keyboard.insertText(value);
  }
  await page.keyboard.press("Enter");
}

test("from the link in the console to a streamer who is invited and suspended, by the pages alone", async () => {
  const { page } = await somebody();
  const setup = await platform.setupLink();
  await page.goto(setup);
  await page.getByLabel("Name").focus();
  await typed(page, "Olga", "olga@site.test", PASSWORD);
  await page.waitForURL("**/studio");

  const stranger = await somebody();
  await stranger.page.goto(setup);
  await stranger.page.getByRole("heading", { name: "This site is set up already" }).waitFor();
  await stranger.page.goto(`${platform.http}/sign-in?next=%2Faccount`);
  await stranger.page.getByLabel("E-mail address").focus();
  await typed(stranger.page, "olga@site.test", "not the password");
  await stranger.page.getByText("The e-mail address or the password is wrong.").waitFor();
  await stranger.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await stranger.page.keyboard.press("Enter");
  await stranger.page.waitForURL("**/account");
  await stranger.page.getByText("This browser").waitFor();
  assert.equal(
    await stranger.page.getByRole("button", { name: /^Sign out (?!everywhere)/ }).count(),
    1,
  );
  await stranger.context.close();

  await page.goto(`${platform.http}/operator/users`);
  await page.getByRole("button", { name: "Invite…" }).click();
  await page.getByLabel("For whom").fill("Nina of the river club");
  await page.getByRole("button", { name: "Make the link" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Done" }).click();

  const nina = await somebody();
  await nina.page.goto(link);
  await nina.page.getByText("to stream here").waitFor();
  await nina.page.getByLabel("Name").focus();
  await typed(nina.page, "Nina", "olga@site.test", PASSWORD);
  const email = nina.page.getByLabel("E-mail address");
  await nina.page.getByText("There is an account with this e-mail address already.").waitFor();
  assert.equal(await email.getAttribute("aria-invalid"), "true");
  await email.fill("nina@site.test");
  await nina.page.keyboard.press("Enter");
  await nina.page.waitForURL("**/studio");

  await page.reload();
  await page.getByText("Used by Nina").waitFor();
  await page.getByRole("button", { name: "Actions for Nina" }).click();
  await page.getByRole("menuitem", { name: "Suspend…" }).click();
  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  await page.getByRole("cell", { name: "Suspended" }).waitFor();
  await nina.page.reload();
  await nina.page.getByRole("link", { name: "Sign in" }).first().waitFor();

  await page.goto(`${platform.http}/operator/audit`);
  await page.getByText("Suspended somebody").waitFor();
  assert.deepEqual(broken, []);
});
