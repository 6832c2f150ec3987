import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { PASSWORD } from "./site-caller.ts";
import { watchPageAt } from "./watch-view.ts";

let platform: PlatformProcess;
let browser: Browser;

before(async () => {
  platform = await startPlatform({ OXBOW_SAMPLE_FILM: "on" });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await platform[Symbol.asyncDispose]();
});

test("a new site is walked through its whole story by its own buttons, without an encoder", async () => {
  const context = await browser.newContext({ locale: "en-GB" });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  page.on("pageerror", (problem) => complaints.push(problem.message));
  page.on("console", (message) => {
    // What is not there as yet is asked for again.
    const isWaited = /status of (?:404|503)/.test(message.text());
    if (message.type() === "error" && !isWaited) complaints.push(message.text());
  });

  await page.goto(await platform.setupLink());
  await page.getByLabel("Name").fill("Olga");
  await page.getByLabel("E-mail address").fill("olga@site.test");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account and begin" }).click();
  await page.getByLabel("Channel name").fill("Olga’s channel");
  await page.keyboard.press("Enter");

  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByText("0 of 5 done").waitFor();
  await page.getByRole("button", { name: "Start a test stream" }).click();
  await page.getByText("1 of 5 done").waitFor();

  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: "Watch it as a viewer" }).click();
  const address = (await opened).url();
  const viewer = await watchPageAt(
    browser,
    platform,
    new URL(address).pathname.split("/")[2] ?? "",
  );
  await viewer.state("live");
  await viewer.playedOn(1);

  await page.getByText("2 of 5 done").waitFor();
  await page.getByRole("link", { name: "To the control room" }).first().click();
  await page.getByRole("button", { name: "End the broadcast" }).click();
  await page.getByRole("button", { name: "End it" }).click();
  await page.getByText("The broadcast has ended.").waitFor();
  await viewer.state("ended");

  await page.getByRole("link", { name: "Overview" }).first().click();
  await page.getByText("3 of 5 done").waitFor();
  await page.getByRole("listitem").getByRole("link", { name: "Trim and export" }).click();
  await page.getByRole("link", { name: "Export…" }).click();
  await page.getByRole("button", { name: "Make the file" }).click();
  await page.getByText("The file is ready").waitFor();
  const playlist = page.waitForRequest(/\/vod\/ast_.*\.m3u8/);
  await page.getByRole("link", { name: "Open its page" }).click();
  await page.waitForURL(address);
  await playlist;

  await page.goto(platform.http);
  await page.getByRole("link", { name: "A sample film" }).first().waitFor();
  assert.deepEqual([...complaints, ...viewer.complaints], []);
});
