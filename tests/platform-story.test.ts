import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { makeClip } from "../fixtures/clip.ts";
import { openBrowser } from "./browser.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { invited, PASSWORD, type SiteCaller, siteCaller } from "./site-caller.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { until } from "./until.ts";
import { watchPageAt } from "./watch-view.ts";

const DISK_BYTES = 8 * 2 ** 20;

let folder = "";
let clip = "";
/** That files are made on, where this user may mount one. */
let disk: SmallDisk | undefined;
let platform: PlatformProcess;
/** Two, as viewers have: nothing is shared between them. */
let browsers: readonly [Browser, Browser];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-story-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 10, gop: 1, width: 320, height: 180, bFrames: 0 });
  disk = await mountSmallDisk(join(folder, "files"), DISK_BYTES);
  // A machine that can record and copy, and not encode.
  platform = await startPlatform(
    {},
    {
      OXBOW_FFMPEG: join(folder, "no-ffmpeg"),
      OXBOW_STORAGE: `file:${join(folder, "files", "assets")}`,
    },
  );
  browsers = [await openBrowser(), await openBrowser()];
});
after(async () => {
  await Promise.all(browsers.map((browser) => browser.close()));
  await platform[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Who opens the link of the console makes the first account by the page that it leads to. */
async function setUpByThePage(page: Page): Promise<SiteCaller> {
  await page.goto(await platform.setupLink());
  await page.getByLabel("Name").fill("Olga Operator");
  await page.getByLabel("E-mail address").fill("olga@site.test");
  await page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create the account and begin" }).click();
  await page.waitForURL("**/studio");
  const operator = siteCaller(platform.http);
  await operator.call("accounts.signIn", {
    body: { email: "olga@site.test", password: PASSWORD },
  });
  return operator;
}

test("the story of a broadcast, from the first page of a new site to its video", async (t) => {
  const olga = await browsers[0].newPage({ locale: "en-GB" });
  const operator = await setUpByThePage(olga);
  const streamer = await invited(platform, operator, { name: "Maria", role: "streamer" });
  const channel = await streamer.call("channels.create", {
    body: { handle: "maria", name: "Maria tells" },
  });
  const show = await streamer.call("videos.plan", { body: { title: "The dragon's tale" } });
  const { url } = await streamer.call("channels.revealKey", { params: { channel: channel.id } });
  const ann = await watchPageAt(browsers[0], platform, show.id);
  const bob = await watchPageAt(browsers[1], platform, show.id, { locale: "pt-BR" });

  await t.test("viewers who came too early see it begin without a reload", async () => {
    await using encoder = publish(clip, url);
    await ann.state("live");
    await bob.state("live");
    // Far enough from the beginning for going there to be a rewind.
    await bob.playedOn(3.5);
    await bob.page.locator("oxbow-player video").press("Home");
    await bob.state("behind");
    await encoder.done;
  });

  await t.test("each sees the end when their own picture gets there", async () => {
    await ann.state("ended");
    assert.match(await ann.says(), /^The transmission has ended/);
    await bob.state("ended");
    assert.match(await bob.says(), /^A transmissão terminou/);
    // Ann was live, so that she waits for the encoder, too, which may come back within three seconds.
    for (const { view, waits } of [
      { view: ann, waits: 3000 },
      { view: bob, waits: 0 },
    ]) {
      const { time, end, still } = await view.endedAt();
      assert.ok(Math.abs(end - time) < 0.7, `told at ${time} s of ${end} s`);
      assert.ok(still < waits + 3000, `the picture stood for ${still} ms`);
    }
  });

  await t.test(
    "a file is made of it, and takes the recording's place at the same address",
    async () => {
      // Viewers are told of the end by the playlist, the site by an event.
      await until("the site knows of the end", async () => {
        const { video } = await streamer.call("videos.view", { params: { video: show.id } });
        return video.state === "ended" || undefined;
      });
      const wish = await streamer.call("exports.create", { body: { video: show.id } });
      const ready = await until("the file", async () => {
        const now = await streamer.call("exports.get", { params: { wish: wish.id } });
        assert.ok(!["failed", "aborted"].includes(now.state), JSON.stringify(now));
        return now.state === "ready" ? now : undefined;
      });
      assert.ok(ready.file !== null && Math.abs(ready.file.duration - 10) < 0.5, "10 s");
      const { video } = await streamer.call("videos.view", { params: { video: show.id } });
      assert.deepEqual(
        [video.source, video.asset, video.state],
        ["file", ready.file.asset, "ended"],
      );
      await ann.offered(/\/vod\//);
      await ann.watchRecording(new RegExp(`/vod/${ready.file.asset}/.*\\.m3u8`));
      await ann.playedOn(1);
    },
  );

  await t.test("no file can be made: the recording stays, and the operator is called", async () => {
    // A disk that is really full; without one, a way of export that this machine has no encoder for.
    await disk?.fill();
    const mode = disk === undefined ? "transcode" : "copy";
    const why = disk === undefined ? "encoder_missing" : "storage_full";
    await olga.goto(`${platform.http}/operator`);
    const choices = await streamer.call("exports.choices", { params: { video: show.id } });
    const range = { from: new Date(Date.parse(choices.from) + 2000).toISOString(), to: choices.to };
    const wish = await streamer.call("exports.create", {
      body: { video: show.id, mode, range, publish: "clip", title: "The cave" },
    });
    const failed = await until("the end of the wish", async () => {
      const now = await streamer.call("exports.get", { params: { wish: wish.id } });
      return now.state === "failed" ? now : undefined;
    });
    assert.equal(failed.error?.code, why);
    const { recording, video: clipPage } = failed.fallback ?? {};
    assert.equal(recording, "applied");
    // Told on the page that was open, without a reload.
    await olga
      .getByText(/The cave/)
      .first()
      .waitFor();
    const viewer = await watchPageAt(browsers[1], platform, clipPage ?? "");
    await viewer.start();
    await viewer.playedOn(1);
    await viewer.page.close();
  });

  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});
