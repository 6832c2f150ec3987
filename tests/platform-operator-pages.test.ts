import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "@oxbow/sdk";
import { openBrowser } from "./browser.ts";
import { openReceiver } from "./http-receiver.ts";
import { startPlatform } from "./platform-process.ts";
import { setUpOperator } from "./site-caller.ts";

test("an operator's page is calm, alarms without a reload, and is calm again when it is put right", async () => {
  await using theirs = await openReceiver(410);
  await using platform = await startPlatform();
  const operator = await setUpOperator(platform);
  const media = createClient({ url: platform.server.http, key: platform.server.key });
  await using browser = await openBrowser();
  const context = await browser.newContext({ locale: "en-GB", reducedMotion: "reduce" });
  await operator.signInto(context);
  const page = await context.newPage();
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));

  await page.goto(`${platform.http}/operator`);
  await page.getByText("Nothing needs you").waitFor();

  await media.sinks.create({ url: theirs.url, types: ["stream_created"] });
  await media.streams.create({ name: "nobodys" });
  const alert = page.getByRole("heading", {
    name: `Events are no longer delivered to ${theirs.url}`,
  });
  await alert.waitFor();
  await page.getByRole("link", { name: "1 open alert, 1 new" }).waitFor();

  // By keyboard alone, from here on.
  await page.getByRole("link", { name: "To the sinks" }).press("Enter");
  await page.getByRole("heading", { level: 1, name: "Sinks" }).waitFor();
  await page.getByRole("button", { name: `More for ${theirs.url}` }).press("Enter");
  await page.getByRole("menuitem", { name: "Deliveries" }).press("Enter");
  const deliveries = page.getByRole("dialog", { name: `Deliveries to ${theirs.url}` });
  await deliveries.getByText("410", { exact: true }).waitFor();

  theirs.status = 204;
  await deliveries.getByRole("button", { name: /^Deliver again/ }).press("Enter");
  await page.keyboard.press("Escape");
  await deliveries.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Enable" }).press("Enter");
  await page.getByText("The sink delivers again").waitFor();
  await page.getByRole("link", { name: "Needs you" }).press("Enter");
  await page.getByText("Nothing needs you").waitFor();
  assert.equal(await page.getByRole("link", { name: /open alert/ }).count(), 0);

  await page.goto(`${platform.http}/operator/events?types=stream_created`);
  const event = page.getByRole("button", { name: "stream_created" });
  await event.press("Enter");
  const dialog = page.getByRole("dialog", { name: "stream_created" });
  await dialog.getByText(theirs.url).waitFor();
  await page.keyboard.press("Escape");
  assert.equal(await event.evaluate((button) => button.matches(":focus")), true);
  assert.deepEqual(broken, []);
});
