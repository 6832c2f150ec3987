import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream } from "@oxbow/contract";
import type { PlayerSource } from "@oxbow/site-contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { type Publisher, publish } from "./publisher.ts";
import { invited, type SiteCaller, setUpOperator, siteCaller } from "./site-caller.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let platform: PlatformProcess;
let api: ApiClient;
let ana: SiteCaller;
let bia: SiteCaller;
let vera: SiteCaller;
let nobody: SiteCaller;
let url = "";
let stream = "";
let name = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-private-"));
  clip = join(folder, "clip.flv");
  [platform] = await Promise.all([
    startPlatform(),
    makeClip(clip, { duration: 30, gop: 1, width: 320, height: 180, bFrames: 0 }),
  ]);
  api = apiOf(platform.server);
  nobody = siteCaller(platform.http);
  const operator = await setUpOperator(platform);
  [ana, bia, vera] = await Promise.all([
    invited(platform, operator, { name: "Ana", role: "streamer" }),
    invited(platform, operator, { name: "Bia", role: "streamer" }),
    invited(platform, operator, { name: "Vera", role: "viewer" }),
  ]);
  const defaults = { quality: "source", autoExport: false, visibility: "public" } as const;
  const channel = await ana.call("channels.create", {
    body: { handle: "ana", name: "Ana", defaults },
  });
  ({ url } = await ana.call("channels.revealKey", { params: { channel: channel.id } }));
  ({ id: stream = "", name = "" } = channel.stream ?? {});
});
after(async () => {
  await platform[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Video = { readonly id: string; readonly from: string | null; readonly to: string | null };

/** The video's broadcast, on air until it is stopped. */
async function onAir(video: string): Promise<Publisher> {
  const encoder = publish(clip, url);
  await until("the video is on air", async () => {
    const { video: now } = await ana.call("videos.view", { params: { video } });
    return now.state === "live" && now.source === "live" ? now : undefined;
  });
  return encoder;
}

async function over(video: string, encoder: Publisher): Promise<Video> {
  await ana.call("videos.end", { params: { video } });
  await encoder.kill();
  return until("the recording", async () => {
    const { video: now } = await ana.call("videos.view", { params: { video } });
    return now.state === "ended" && now.source === "recording" ? now : undefined;
  });
}

async function playerOf(who: SiteCaller, video: string): Promise<PlayerSource> {
  const { player } = await who.call("videos.playback", { params: { video } });
  return player ?? assert.fail("There is nothing to play");
}

/** The status, with the code of a refusal. */
async function door(at: string): Promise<string> {
  const answer = await fetch(at, { signal: AbortSignal.timeout(10_000) });
  if (answer.ok) await answer.body?.cancel();
  const code = answer.ok ? undefined : /"code":"(\w+)"/.exec(await answer.text())?.[1];
  return code === undefined ? `${answer.status}` : `${answer.status} ${code}`;
}

/** Every address of the media server under which something of a video could be seen. */
async function addresses(owner: PlayerSource, { from, to }: Video) {
  const [begin, end] = [Date.parse(from ?? ""), Date.parse(to ?? new Date().toISOString())];
  const playlist = await (await fetch(owner.hls)).text();
  const list = new URL(playlist.split("\n").find((line) => /^[^#]/.test(line)) ?? "", owner.hls);
  const media = (await (await fetch(list)).text()).split("\n");
  const segment = new URL(
    media.find((line) => line.includes(".m4s") && !line.startsWith("#")) ?? "",
    list,
  );
  const place = /stt_.*$/.exec(segment.pathname)?.[0] ?? assert.fail("There is no segment");
  const range = `from=${begin}&to=${end}`;
  const paths = [
    `live/${name}/index.m3u8`,
    `live/${name}/index.m3u8?dvr=1`,
    `live/${name}/video.m3u8?dvr=1`,
    `live/${name}/manifest.mpd`,
    `live/${name}/events`,
    `live/${name}/poster.jpg`,
    `live/${name}/thumbnails.vtt`,
    `live/${name}.flv`,
    `live/${name}/${place}`,
    `dvr/${name}/${place}`,
    `dvr/${name}/index.m3u8?${range}`,
    `dvr/${name}/video.m3u8?${range}`,
    `dvr/${name}/iframes.m3u8?${range}`,
    `dvr/${name}/manifest.mpd?${range}`,
    `dvr/${name}/${begin}-${end}.mp4`,
    `dvr/${name}/poster.jpg?${range}`,
    `dvr/${name}/thumbnails.vtt?${range}`,
    `embed/${name}`,
  ];
  return (token?: string): string[] =>
    paths.map(
      (path) => `${platform.server.http}/${token === undefined ? "" : `t/${token}/`}${path}`,
    );
}

const tokenOf = ({ hls }: PlayerSource): string | undefined => /\/t\/([^/]+)\//.exec(hls)?.[1];
const policy = async (): Promise<string | undefined> =>
  (await api.get(`/streams/${stream}`, Stream)).playback.policy;
const becomes = (wanted: string): Promise<true> =>
  until(`the stream is ${wanted}`, async () => ((await policy()) === wanted ? true : undefined));

test("a private video is played by those who may, and by nobody else, at any address", async (t) => {
  const open = await ana.call("videos.plan", { body: { title: "For all" } });
  const shown = await over(open.id, await onAir(open.id));
  assert.equal(await policy(), "public");
  assert.equal(tokenOf(await playerOf(nobody, open.id)), undefined);

  // Signed before the plan is there, and so before an encoder is.
  const hidden = await ana.call("videos.plan", {
    body: { title: "For some", visibility: "private" },
  });
  assert.equal(await policy(), "signed");
  await using encoders = new AsyncDisposableStack();
  const encoder = encoders.use(await onAir(hidden.id));
  const own = await playerOf(ana, hidden.id);
  const ofOpen = await playerOf(nobody, open.id);
  const tokens = { own: tokenOf(own), ofOpen: tokenOf(ofOpen) };
  assert.ok(tokens.own !== undefined && tokens.ofOpen !== undefined);

  await t.test("its owner plays it; no other person is told where", async () => {
    assert.equal(await door(own.hls), "200");
    const { frames } = await measure(own.hls.replace("?dvr=1", ""), { duration: 1, audio: false });
    assert.ok(frames.length >= 25, `${frames.length} pictures`);
    for (const [who, status, code] of [
      [nobody, 401, "video_private"],
      [vera, 403, "video_private"],
      [bia, 403, "video_private"],
    ] as const) {
      for (const id of ["videos.playback", "videos.view"] as const) {
        const refusal = await who.ask(id, { params: { video: hidden.id } });
        assert.equal(refusal.status, status);
        assert.ok(JSON.stringify(refusal.body).includes(code), JSON.stringify(refusal.body));
        assert.doesNotMatch(JSON.stringify(refusal.body), /For some/);
      }
    }
    const { status } = await bia.ask("recordings.get", { params: { video: hidden.id } });
    assert.equal(status, 404);
    const { items } = await nobody.call("videos.ofChannel", { params: { handle: "ana" } });
    assert.deepEqual(
      items.map(({ id }) => id),
      [open.id],
    );
  });

  await t.test("while it is on air, no address opens without its token", async () => {
    const at = await addresses(own, {
      ...hidden,
      from:
        own.recording === undefined
          ? null
          : new Date(Number(/from=(\d+)/.exec(own.recording)?.[1])).toISOString(),
      to: null,
    });
    const bare = await Promise.all(at().map(door));
    assert.deepEqual([...new Set(bare)], ["401 token_missing"]);
    const foreign = await Promise.all(at(tokens.ofOpen).map(door));
    const opened = at("").filter((_at, index) => foreign[index]?.startsWith("2"));
    // The page of a player: a shell without anything of a video.
    assert.deepEqual(opened, at("").slice(-1));
    assert.equal(await door(ofOpen.hls), "200");
  });

  const ended = await over(hidden.id, encoder);
  await t.test("when it is over, neither", async () => {
    const recorded = await playerOf(ana, hidden.id);
    const at = await addresses(recorded, ended);
    assert.deepEqual([...new Set(await Promise.all(at().map(door)))], ["401 token_missing"]);
    const again = tokenOf(await playerOf(nobody, open.id));
    const foreign = await Promise.all(at(again).map(door));
    const opened = at("").filter((_at, index) => foreign[index]?.startsWith("2"));
    assert.deepEqual(opened, at("").slice(-1));
    // The owner's own: all of the archive that is this video's, and nothing of the other.
    const archive = at(tokenOf(recorded)).filter((each) => each.includes("/dvr/"));
    assert.deepEqual([...new Set(await Promise.all(archive.map(door)))], ["200"]);
    const other = await addresses(await playerOf(nobody, open.id), shown);
    const crossed = await Promise.all(other(tokenOf(recorded)).map(door));
    assert.deepEqual(
      other("").filter((_at, index) => crossed[index]?.startsWith("2")),
      other("").slice(-1),
    );
  });

  await t.test("who is named watches, until the name is taken back", async () => {
    const params = { video: hidden.id };
    const named = await ana.call("videos.allow", { params, body: { email: "vera@site.test" } });
    assert.equal(await door((await playerOf(vera, hidden.id)).hls), "200");
    await ana.call("videos.disallow", { params: { ...params, person: named.id } });
    assert.equal((await vera.ask("videos.playback", { params })).status, 403);
  });

  await t.test("its visibility changes the doors", async () => {
    const params = { video: hidden.id };
    await ana.call("videos.update", { params, body: { visibility: "unlisted" } });
    await becomes("public");
    const free = await until("addresses without a token", async () => {
      const player = await playerOf(nobody, hidden.id);
      return tokenOf(player) === undefined ? player : undefined;
    });
    assert.equal(await door(free.hls), "200");
    await ana.call("videos.update", { params, body: { visibility: "private" } });
    // Not a moment later: it is asked for at once.
    assert.equal(await door(free.hls), "401 token_missing");
    assert.equal(await door((await playerOf(ana, hidden.id)).hls), "200");
  });
});
