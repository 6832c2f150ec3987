import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import type { Browser, Page } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { encodersOf, isGone } from "./child-processes.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { invited, type SiteCaller, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const opened = new AsyncDisposableStack();
let clip = "";
let platform: PlatformProcess;
let browser: Browser;
let operator: SiteCaller;
let streamer: SiteCaller;

before(async () => {
  const folder = await mkdtemp(join(tmpdir(), "oxbow-studio-"));
  opened.defer(() => rm(folder, { recursive: true }));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, gop: 1, width: 320, height: 180, bFrames: 0 });
  platform = opened.use(await startPlatform());
  browser = opened.adopt(await openBrowser(), (one) => one.close());
  operator = await setUpOperator(platform);
  streamer = await invited(platform, operator, { name: "Bia", role: "streamer" });
});
after(() => opened.disposeAsync());

/** Where OXBOW_SHOTS says, what a person sees, to be looked at. */
async function look(page: Page, name: string): Promise<void> {
  const shots = process.env["OXBOW_SHOTS"];
  if (shots === undefined) return;
  for (const [width, scheme] of [
    [1280, "light"],
    [375, "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate("scrollTo(0, 0)");
    await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** What operations of Bia's channel are called with. */
async function ofChannel() {
  const { channel } = await streamer.call("channels.mine");
  return { params: { channel: channel?.id ?? "" } };
}

test("a streamer goes live, is told what is wrong, marks a moment and ends, in two tabs without a reload", async () => {
  const context = await browser.newContext({
    locale: "en-GB",
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await streamer.signInto(context);
  const page = await context.newPage();
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));
  await page.goto(`${platform.http}/studio/live`);

  // By keyboard alone: the first field, its neighbours, and Enter.
  await page.getByLabel("Channel name").focus();
  await page.keyboard.type("Bia’s Café");
  assert.equal(await page.getByLabel("Address").inputValue(), "bias-cafe");
  await look(page, "create");
  await page.keyboard.press("Enter");
  await page.getByText("Waiting for signal…").waitFor();

  await page.getByLabel("Title").fill("The dragon’s tale");
  await page.getByLabel("Low", { exact: true }).check();
  await page.getByLabel("Qualities").selectOption("source");
  await look(page, "go-live");
  await page.getByRole("button", { name: "Save the plan" }).click();
  await page.getByText("If your encoder connects now, “The dragon’s tale” begins.").waitFor();
  await page.getByRole("button", { name: "Plan another" }).click();
  await page.getByLabel("Title").fill("The knight’s tale");
  await page.getByLabel("Starts at").fill("2031-03-01T20:00");
  await page.getByLabel("Keep a recording").uncheck();
  await page.getByRole("button", { name: "Save the plan" }).click();
  const plans = page.getByRole("listitem").filter({ has: page.getByRole("heading") });
  await plans.filter({ hasText: "The knight’s tale" }).getByText("It is not recorded.").waitFor();
  const dragon = plans.filter({ hasText: "The dragon’s tale" });
  await dragon.getByText("Next", { exact: true }).waitFor();
  await look(page, "plans");
  await dragon.getByRole("button", { name: "Change" }).click();
  await page.getByLabel("Normal", { exact: true }).check();
  await look(page, "change-plan");
  await page.getByRole("button", { name: "Save the plan" }).click();
  await dragon.getByText("Delay: normal. It is recorded.").waitFor();

  const server = await page.getByLabel("Server").inputValue();
  assert.match(server, /^rtmp:\/\/127\.0\.0\.1:\d+\/live$/);
  await using wrong = publish(clip, `${server}/not-the-key`);
  await page.getByText("Wrong stream key").waitFor();
  assert.notEqual(await wrong.done, 0);
  await look(page, "refused");

  await page.getByRole("button", { name: "Copy the stream key" }).click();
  await page.getByText("The stream key is copied").waitFor();
  const key = await page.evaluate("navigator.clipboard.readText()");
  assert.equal(
    await page.getByLabel("Stream key", { exact: true }).inputValue(),
    `${String(key).slice(0, 4)}${"•".repeat(16)}`,
  );
  await page.getByRole("button", { name: "Show the stream key" }).click();
  await page.getByRole("button", { name: "Hide the stream key" }).waitFor();
  assert.equal(await page.getByLabel("Stream key", { exact: true }).inputValue(), key);

  await using encoder = publish(clip, `${server}/${String(key)}`);
  await page.getByRole("button", { name: "End the broadcast" }).waitFor();
  await page.getByRole("heading", { name: "The dragon’s tale" }).waitFor();
  await page.getByText("Frames per second").waitFor();
  await page
    .locator("figure", { hasText: "Bitrate" })
    .getByText(/^\d.*b\/s$|bit/)
    .first()
    .waitFor();
  await page.locator("oxbow-player").waitFor();
  const second = await context.newPage();
  await second.goto(`${platform.http}/studio/live`);
  await second.getByRole("button", { name: "End the broadcast" }).waitFor();
  await using another = publish(clip, `${server}/${String(key)}`);
  await second.getByText("Another encoder is streaming already").waitFor();
  assert.notEqual(await another.done, 0);

  await page.locator("h1").focus();
  await page.keyboard.press("m");
  await page.getByText("Marker “Moment 1”").waitFor();
  await page.getByRole("listitem").getByText("Moment 1").waitFor();
  await page.getByLabel("Press M to set a marker").uncheck();
  await page.getByRole("textbox", { name: "Title" }).fill("The dragon’s end");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "The dragon’s end" }).waitFor();
  await second.getByRole("heading", { name: "The dragon’s end" }).waitFor();
  await look(page, "control-room");

  // A new key, made in the other tab, sends the encoder away; with it the broadcast goes on.
  await second.getByText("Server and stream key").click();
  await second.getByRole("button", { name: "Make a new stream key" }).click();
  await second.getByRole("button", { name: "Make a new key" }).click();
  assert.notEqual(await encoder.done, 0);
  await page.getByText("as a new stream key was made").first().waitFor();
  await page.getByText(/^Ends in 0:[0-3]\d$/).waitFor();
  await look(page, "reconnecting");
  const { rtmp } = await streamer.call("channels.publishing", await ofChannel());
  assert.equal(String(key).startsWith(rtmp.keyPrefix), false);
  const { url } = await streamer.call("channels.revealKey", await ofChannel());
  await using back = publish(clip, url);
  await page.getByText("The signal is lost").waitFor({ state: "hidden" });

  // While one tab ends it, the other has a title half written; and the first ends it once more.
  await second.getByRole("textbox", { name: "Title" }).fill("The dragon’s very");
  const { items } = await streamer.call("videos.mine", { query: { state: "open" } });
  const onAir = items.find(({ state }) => state === "live")?.id ?? "";
  await page.getByRole("button", { name: "End the broadcast" }).click();
  await page.getByText("the recording can be watched at the same address").waitFor();
  await page.getByRole("button", { name: "End it" }).click();
  await second.getByText("The broadcast has ended.").waitFor();
  await page.getByText("The broadcast has ended.").waitFor();
  assert.notEqual(await back.done, 0);
  const again = await streamer.call("videos.end", { params: { video: onAir } });
  assert.equal(again.state, "ended");
  const unsaved = second.getByRole("region", { name: "is not saved yet" });
  assert.equal(await unsaved.getByLabel("Title").inputValue(), "The dragon’s very");
  await unsaved.getByLabel("Title").fill("The dragon’s very end");
  await unsaved.getByRole("button", { name: "Save" }).click();
  await unsaved.waitFor({ state: "hidden" });
  await second.close();

  await page.getByRole("link", { name: "Recordings" }).click();
  const row = page.getByRole("row", { name: /The dragon’s very end/ });
  await row.getByText("Recording", { exact: true }).waitFor();
  await row.getByRole("img", { name: /1 gap, 1 marker/ }).waitFor();
  const { id } = await streamer.call("exports.create", { body: { video: onAir, publish: "no" } });
  await page.getByRole("heading", { name: "Files on no page" }).waitFor();
  await page.getByRole("button", { name: "Delete the file The dragon’s very end" }).waitFor();
  await look(page, "recordings");
  await page.getByRole("button", { name: "Delete the file The dragon’s very end" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await page.getByText("The file is deleted.").waitFor();
  await page.getByRole("heading", { name: "Files on no page" }).waitFor({ state: "hidden" });
  await until("the wish without its file", async () => {
    const { file, state } = await streamer.call("exports.get", { params: { wish: id } });
    return file === null && state === "ready" ? state : undefined;
  });
  await row.getByRole("link", { name: "The dragon’s very end" }).click();
  await page.getByRole("heading", { name: "Markers" }).waitFor();
  await look(page, "recording");
  await page.getByRole("link", { name: "Overview" }).click();
  await page.getByRole("heading", { name: "Hello, Bia" }).waitFor();
  await look(page, "overview");
  await page.getByRole("link", { name: "Channel", exact: true }).click();
  await page.getByRole("heading", { name: "Every new broadcast" }).waitFor();
  await look(page, "settings");
  // An encoder that starts while a plan is being typed: the words are there, and not saved.
  await page.getByRole("link", { name: "Go live" }).first().click();
  await page.getByRole("button", { name: "Plan another" }).click();
  await page.getByLabel("Title").fill("Half typed");
  await using hasty = publish(clip, url);
  await page.getByText("Your plan was not saved before your encoder connected").waitFor();
  await look(page, "unsaved-plan");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("heading", { name: "Half typed" }).waitFor();
  const open = await streamer.call("videos.mine", { query: { state: "open" } });
  const unplanned = open.items.find(({ state }) => state === "live")?.id ?? "";
  await streamer.call("videos.end", { params: { video: unplanned } });
  assert.notEqual(await hasty.done, 0);
  assert.deepEqual(broken, []);
  await context.close();
});

/** The colour of a picture on average, red, green and blue, and its size. */
async function pictureAt(url: string) {
  const answer = await fetch(url);
  assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, "image/jpeg"]);
  const file = join(clip, "..", "poster.jpg");
  await writeFile(file, Buffer.from(await answer.arrayBuffer()));
  const one = ["-v", "error", "-i", file, "-vf", "scale=1:1", "-f", "rawvideo"];
  const { stdout } = await run("ffmpeg", [...one, "-pix_fmt", "rgb24", "-"], {
    encoding: "buffer",
  });
  const facts = ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0"];
  const probed = await run("ffprobe", [...facts, file]);
  return { colour: [...stdout], size: probed.stdout.trim() };
}

test("a picture of one's own stands before the video and where its link is shared", async () => {
  const painter = await invited(platform, operator, { name: "Leo", role: "streamer" });
  await painter.call("channels.create", { body: { handle: "leo", name: "Leo" } });
  const context = await browser.newContext({ locale: "en-GB" });
  await painter.signInto(context);
  const page = await context.newPage();
  const show = await painter.call("videos.plan", { body: { title: "The painted tale" } });
  await page.goto(`${platform.http}/studio/recordings/${show.id}`);
  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose a picture" }).click();
  const chooser = await choosing;
  await chooser.setFiles({
    name: "tale.png",
    mimeType: "image/png",
    buffer: Buffer.from("This is no picture."),
  });
  await page.getByText("can’t read this file as a picture").waitFor();
  // Upright, and large: the middle of it is what is taken.
  const painted = join(clip, "..", "painted.png");
  const source = "color=c=0x2060a0:size=1500x3000";
  await run("ffmpeg", [
    ...["-v", "error", "-f", "lavfi", "-i", source],
    ...["-vf", "drawbox=y=0:h=800:c=red:t=fill", "-frames:v", "1", painted],
  ]);
  await chooser.setFiles(painted);
  await page.getByText("The picture is changed").waitFor();
  await look(page, "poster");

  const watch = await (await fetch(`${platform.http}/watch/${show.id}`)).text();
  const shared = /<meta property="og:image" content="([^"]+)"/.exec(watch)?.[1] ?? "";
  const { colour, size } = await pictureAt(shared);
  assert.equal(size, "1280,720");
  const wanted = [0x20, 0x60, 0xa0];
  assert.ok(
    colour.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 8),
    `the colour is ${colour.join(" ")}`,
  );
  const viewer = await browser.newPage();
  await viewer.goto(`${platform.http}/watch/${show.id}`);
  await viewer.getByText("Starting soon").waitFor();
  const path = new URL(shared).pathname;
  await viewer.locator(`img[src="${path}"]`).first().waitFor();
  await look(viewer, "poster-soon");

  await page.getByRole("button", { name: "Remove it" }).click();
  await page.getByRole("button", { name: "Remove it" }).waitFor({ state: "hidden" });
  assert.equal((await fetch(shared)).status, 404);
  await painter.call("videos.delete", { params: { video: show.id } });
  await viewer.close();
  await context.close();
});

test("nobody but its owner and operators sees, resets or tests a channel", async () => {
  const { params } = await ofChannel();
  const operations = [
    "channels.publishing",
    "channels.revealKey",
    "channels.resetKey",
    "channels.rejected",
    "channels.health",
    "channels.startTest",
    "channels.stopTest",
    "videos.unshownFiles",
  ] as const;
  const statusesOf = async (caller: SiteCaller): Promise<number[]> => {
    const answers = await Promise.all(operations.map((id) => caller.ask(id, { params })));
    return [...new Set(answers.map(({ status }) => status))];
  };
  const other = await invited(platform, operator, { name: "Otto", role: "streamer" });
  const viewer = await invited(platform, operator, { name: "Vera", role: "viewer" });
  assert.deepEqual(await statusesOf(other), [404]);
  assert.deepEqual(await statusesOf(viewer), [403]);
  assert.deepEqual(await statusesOf(siteCaller(platform.http)), [401]);
  const { items } = await streamer.call("videos.mine", { query: {} });
  const noFile = { params: { ...params, asset: "ast_none" } };
  assert.equal((await streamer.ask("videos.removeFile", noFile)).status, 404);
  assert.equal((await other.ask("videos.removeFile", noFile)).status, 404);
  const ended = { params: { video: items[0]?.id ?? "" } };
  assert.equal((await other.ask("videos.end", ended)).status, 404);
  const { rtmp } = await operator.call("channels.publishing", { params });
  assert.equal(rtmp.keyPrefix.length, 4);
});

test("a test stream dies with the platform, however it dies", async () => {
  const { params } = await ofChannel();
  await until("the end of the broadcast before", async () => {
    const { state } = await streamer.call("channels.health", { params });
    return state === "offline" ? state : undefined;
  });
  await streamer.call("channels.startTest", { params });
  const encoder = await until("its encoder", async () => (await encodersOf(platform.pid))[0]);
  await platform.kill();
  await until("its end", async () => ((await isGone(encoder)) ? true : undefined));
});
