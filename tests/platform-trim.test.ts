import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Locator, Page } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { openBrowser } from "./browser.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { type SiteCaller, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

let folder = "";
let platform: PlatformProcess;
let browser: Browser;
let ana: SiteCaller;
let video = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-trim-"));
  const clip = join(folder, "clip.flv");
  [platform, browser] = await Promise.all([
    startPlatform(),
    openBrowser(),
    makeClip(clip, { duration: 11, gop: 1, width: 320, height: 180, bFrames: 2 }),
  ]);
  ana = await setUpOperator(platform);
  const channel = await ana.call("channels.create", {
    body: { handle: "ana", name: "Ana", defaults: { quality: "source", autoExport: false } },
  });
  const { url } = await ana.call("channels.revealKey", { params: { channel: channel.id } });
  const lost = publish(clip, url);
  video = await until("the broadcast", async () => {
    const { items } = await ana.call("videos.mine");
    return items.find(({ state }) => state === "live")?.id;
  });
  await ana.call("videos.mark", { params: { video }, body: { label: "Fire" } });
  await lost.kill();
  assert.equal(await publish(clip, url, { speed: 4 }).done, 0);
  await until("the recording", async () => {
    const { items } = await ana.call("videos.mine");
    return items.find(({ state, source }) => state === "ended" && source !== "live");
  });
});
after(async () => {
  await browser.close();
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Where OXBOW_SHOTS says, what a person sees, to be looked at. */
async function look(page: Page, name: string): Promise<void> {
  const shots = process.env["OXBOW_SHOTS"];
  if (shots === undefined) return;
  for (const [width, scheme] of [
    [1280, "light"],
    [1280, "dark"],
    [375, "light"],
    [375, "dark"],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

/** Addresses of sheets of pictures. */
const SHEETS = /\/thumbnails\/[^/]+\/\d+\.jpg/;

/** What the function that runs inside the page uses of it. */
declare const document: {
  querySelector(selector: "oxbow-player"): {
    shadowRoot: {
      querySelector(selector: "video"): { videoWidth: number; videoHeight: number } | null;
    } | null;
  } | null;
  createElement(name: "canvas"): {
    width: number;
    height: number;
    getContext(kind: "2d"): { drawImage(image: object, x: number, y: number): void } | null;
    toDataURL(type: string): string;
  };
};

/** The number of the picture that the preview shows. */
async function numberShown(page: Page): Promise<number | undefined> {
  const png = await page.evaluate(() => {
    const shown = document.querySelector("oxbow-player")?.shadowRoot?.querySelector("video");
    const canvas = document.createElement("canvas");
    canvas.width = shown?.videoWidth ?? 1;
    canvas.height = shown?.videoHeight ?? 1;
    if (shown) canvas.getContext("2d")?.drawImage(shown, 0, 0);
    return canvas.toDataURL("image/png");
  });
  const file = join(folder, "shown.png");
  await writeFile(file, Buffer.from(png.split(",")[1] ?? "", "base64"));
  const { frames } = await measure(file, { audio: false });
  return frames[0]?.number;
}

/** A slider of the timeline, and the wall clock that it says. */
const slider = (page: Page, name: string): Locator => page.getByRole("slider", { name });
const clockOf = async (page: Page, name: string): Promise<string> =>
  /^[\d:.]+/.exec((await slider(page, name).getAttribute("aria-valuetext")) ?? "")?.[0] ?? "";

test("by keyboard alone a stretch is chosen, heard, undone and exported with these times", async () => {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC" });
  await ana.signInto(context);
  const page = await context.newPage();
  const broken: string[] = [];
  page.on("pageerror", (error) => broken.push(error.message));
  let away = true;
  await page.route(SHEETS, (route) => (away ? route.abort() : route.continue()));
  await page.goto(`${platform.http}/studio/recordings/${video}/trim`);
  await slider(page, "Start").waitFor();
  await page.locator('[data-sound="ready"]').waitFor();
  // Pictures that do not come are told, and come when they are asked for again.
  const again = page.getByRole("button", { name: "Try again" });
  await again.waitFor();
  away = false;
  await again.click();
  await page.locator('[data-pictures="ready"]').waitFor();
  await look(page, "trim");
  const recording = await ana.call("recordings.get", { params: { video } });
  const [first, second] = recording.ranges;
  assert.ok(first !== undefined && second !== undefined && recording.ranges.length === 2);
  assert.equal(recording.gaps.length, 1);
  const begins = Date.parse(second.from);

  // At a keyframe: a small step goes to the next one that is known, where a segment begins.
  await page.getByLabel("Clock").first().fill(second.from.slice(11, 23));
  await page.keyboard.press("Enter");
  await slider(page, "Start").press("ArrowRight");
  assert.equal(
    Date.parse(`${second.from.slice(0, 11)}${await clockOf(page, "Start")}Z`),
    begins + 2000,
  );
  // Exactly: two pictures and two seconds later; then all but one step taken back.
  await page.getByLabel("Exactly").check();
  for (const key of ["ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"])
    await slider(page, "Start").press(key);
  const chosen = await clockOf(page, "Start");
  await slider(page, "Start").press("Shift+ArrowRight");
  await page.keyboard.press("Control+z");
  assert.equal(await clockOf(page, "Start"), chosen);

  // By the pointer: a movement of many steps is undone as one.
  const { x = 0, y = 0, width = 0 } = (await slider(page, "Start").boundingBox()) ?? {};
  await page.mouse.move(x + width / 2, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + 90, y + 20, { steps: 5 });
  await page.mouse.up();
  assert.ok((await clockOf(page, "Start")) > chosen);
  await page.keyboard.press("Control+z");
  assert.equal(await clockOf(page, "Start"), chosen);

  // The end where the playhead is.
  await slider(page, "Start").press("Tab");
  const position = page.getByLabel("Position").last();
  await position.fill("0:00:08");
  await position.press("Enter");
  const end = await clockOf(page, "End");
  await page.getByRole("button", { name: "Go to end" }).click();
  await slider(page, "Playhead").press("Shift+ArrowLeft");
  await page.getByRole("button", { name: "End at playhead" }).press("Enter");
  assert.notEqual(await clockOf(page, "End"), end);

  // What is chosen is played, and playing ends with it.
  await page.getByRole("button", { name: "Play selection" }).press("Enter");
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  await page.getByRole("button", { name: "Play selection" }).waitFor();
  const stopped = await clockOf(page, "Playhead");
  const over =
    Date.parse(`2026-01-01T${stopped}Z`) - Date.parse(`2026-01-01T${await clockOf(page, "End")}Z`);
  // The playhead stands where the picture that is shown begins.
  assert.ok(over > -34 && over < 1000, `stopped ${over} ms late`);

  const href = await page.getByRole("link", { name: "Export…" }).getAttribute("href");
  const query = new URL(href ?? "", platform.http).searchParams;
  assert.deepEqual([query.get("video"), query.get("cut")], [video, "exact"]);
  const [from, to] = [query.get("from") ?? "", query.get("to") ?? ""];
  assert.ok(from.includes(chosen), `${from} is not ${chosen}`);
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  /** The clock of a picture of the second connection, which begins with number 0: thirty a second. */
  const shownAt = (picture: number): number => begins + (picture * 1000) / 30;
  /** The file has the pictures of the stretch, and no others: times of RTMP are whole milliseconds. */
  const holds = async (file: string): Promise<number> => {
    const { frames } = await measure(file, { audio: false });
    // What an edit list hides is presented before zero.
    const shown = frames.filter(({ pts }) => pts >= -0.001);
    const [head = -1, tail = -1] = [shown.at(0)?.number, shown.at(-1)?.number];
    const late = [shownAt(head) - Date.parse(from), shownAt(tail + 1) - Date.parse(to)];
    assert.ok(
      late.every((ms) => ms > -2 && ms < 36),
      `${head} to ${tail}: ${late.join()} ms late`,
    );
    return head;
  };
  const download = await page.getByRole("link", { name: "Instant download" }).getAttribute("href");
  const head = await holds(download ?? "");
  // What the preview shows there is what the file begins with, also where pictures are decoded in another order.
  await page.getByRole("button", { name: "Go to start" }).click();
  await until("the first picture", async () => (await numberShown(page)) === head || undefined);

  const { id } = await ana.call("exports.create", {
    body: { video, range: { from, to }, cut: "exact", publish: "no" },
  });
  const file = await until("the file", async () => {
    const wish = await ana.call("exports.get", { params: { wish: id } });
    assert.notEqual(wish.state, "failed", JSON.stringify(wish.error));
    return wish.state === "ready" ? (wish.file ?? undefined) : undefined;
  });
  assert.ok(Math.abs(file.duration - seconds) < 0.1, `${file.duration} s of ${seconds} s`);
  const { url } = await ana.call("exports.download", { params: { wish: id } });
  await holds(url);
  await look(page, "trim-chosen");
  assert.deepEqual(broken, []);
});

test("what is somebody else's, or is gone, is told as that", async () => {
  const nobody = siteCaller(platform.http);
  const asked = await nobody.ask("recordings.get", { params: { video } });
  assert.equal(asked.status, 401);
  const context = await browser.newContext({ locale: "pt-BR" });
  await ana.signInto(context);
  const page = await context.newPage();
  await page.goto(`${platform.http}/studio/recordings/vid_none/trim?lang=pt-BR`);
  await page.getByRole("heading", { name: "Não foi possível mostrar a gravação" }).waitFor();
  await page.getByRole("link", { name: "Todas as gravações" }).waitFor();
});
