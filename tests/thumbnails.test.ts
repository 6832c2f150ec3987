import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Broadcast, Export, Sink, Stream } from "@oxbow/contract";
import { ffmpeg } from "../fixtures/clip.ts";
import { type ApiClient, apiOf } from "./api.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { receiveWebhooks, type WebhookReceiver } from "./webhook-receiver.ts";

const SECONDS = 20;
/** Luminance, in limited range, of the picture at a second: another one every two seconds. */
const LUMA = "30+18*floor(T/2)";
/** The same in the full range of JPEG. */
const grey = (at: number): number => ((30 + 18 * Math.floor(at / 2) - 16) * 255) / 219;

let folder = "";
let server: ServerProcess;
let api: ApiClient;
let hooks: WebhookReceiver;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-thumbnails-"));
  const picture = `color=black:s=320x180:r=30:d=${SECONDS},format=yuv420p,geq=lum='${LUMA}':cb=128:cr=128`;
  const encoding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-sc_threshold", "0"];
  const output = ["-pix_fmt", "yuv420p", "-f", "flv", join(folder, "grey.flv")];
  await ffmpeg(["-f", "lavfi", "-i", picture, ...encoding, ...output]);
  server = await startServer();
  api = apiOf(server);
  hooks = await receiveWebhooks();
});
after(async () => {
  await hooks[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

type Cue = {
  readonly from: number;
  readonly to: number;
  readonly url: string;
  readonly tile: number[];
};

async function list(url: string): Promise<{ origin: string | undefined; cues: Cue[] }> {
  const answer = await fetch(url);
  assert.equal(answer.status, 200, await answer.clone().text());
  assert.equal(answer.headers.get("content-type"), "text/vtt; charset=utf-8");
  const text = await answer.text();
  const cue = /(\d\d):(\d\d):([\d.]+) --> (\d\d):(\d\d):([\d.]+)\n(\S+)#xywh=([\d,]+)/g;
  const seconds = (of: (string | undefined)[]): number =>
    of.reduce((sum, part) => sum * 60 + Number(part), 0);
  const cues = [...text.matchAll(cue)].map((found) => ({
    from: seconds(found.slice(1, 4)),
    to: seconds(found.slice(4, 7)),
    url: new URL(found[7] ?? "", url).href,
    tile: (found[8] ?? "").split(",").map(Number),
  }));
  return { origin: /^X-ORIGIN:(.*)$/m.exec(text)?.[1], cues };
}

/** Mean luminance of a region of a JPEG. */
async function brightness(url: string, region?: readonly number[]): Promise<number> {
  const [x = 0, y = 0, width, height] = region ?? [];
  const crop = region ? ["-vf", `crop=${width}:${height}:${x}:${y}`] : [];
  const { stdout } = await promisify(execFile)(
    "ffmpeg",
    ["-v", "error", "-i", url, ...crop, "-pix_fmt", "gray", "-f", "rawvideo", "-"],
    { encoding: "buffer", maxBuffer: 1 << 24 },
  );
  return stdout.reduce((sum, pixel) => sum + pixel, 0) / stdout.length;
}

const near = (found: number, wanted: number): void =>
  assert.ok(Math.abs(found - wanted) < 6, `${found} is not near ${wanted}`);

/** Each cue shows what was on air at its time. */
async function check(cues: readonly Cue[]): Promise<void> {
  for (const { from, url, tile } of cues) near(await brightness(url, tile), grey(from));
}

test("what is live, recorded and exported has thumbnails of the right times, and a poster", async (t) => {
  const sink = await api.post("/sinks", { url: hooks.url }, Sink);
  hooks.trust(sink.secret ?? "");
  const stream = await api.post("/streams", { name: "grey" }, Stream);
  const publishing = publish(join(folder, "grey.flv"), stream.publish.rtmp.url ?? "", { speed: 4 });
  await hooks.next("playback_ready");

  await t.test("a live stream, whose poster is its newest picture", async () => {
    const { origin, cues } = await list(`${server.http}/live/grey/thumbnails.vtt`);
    assert.ok(origin !== undefined && cues.length > 0);
    await check(cues);
    const poster = await fetch(`${server.http}/live/grey/poster.jpg`);
    assert.equal(poster.headers.get("content-type"), "image/jpeg");
    assert.equal(poster.headers.get("cache-control"), "public, max-age=10");
  });

  assert.equal(await publishing.done, 0);
  const ended = await hooks.next("broadcast_ended");
  const broadcast = await api.get(`/broadcasts/${ended.broadcast}`, Broadcast);
  const [from, to] = [Date.parse(broadcast.from), Date.parse(broadcast.to ?? "")];

  await t.test("its recording, also of a part of it", async () => {
    const { origin, cues } = await list(
      `${server.http}/dvr/grey/thumbnails.vtt?from=${from}&to=${to}`,
    );
    assert.equal(cues.length, 10);
    assert.equal(origin, broadcast.from);
    await check(cues);
    near(await brightness(`${server.http}/dvr/grey/poster.jpg?from=${from}&to=${to}`), grey(2));
    // It begins, as its playlist does, with the segment that holds its beginning.
    const part = await list(`${server.http}/dvr/grey/thumbnails.vtt?from=${from + 5000}&to=${to}`);
    assert.equal(Date.parse(part.origin ?? ""), from + 4000);
    await check(part.cues.map((cue) => ({ ...cue, from: cue.from + 4 })));
  });

  await t.test("the asset that was made of it", async () => {
    const made = await api.post("/exports", { broadcast: broadcast.id }, Export);
    const ready = await hooks.next("dvr_mp4_export_ready");
    assert.equal(ready.data.export, made.id);
    const root = `${server.http}/vod/${ready.data.asset}`;
    const { origin, cues } = await list(`${root}/thumbnails.vtt`);
    assert.deepEqual([origin, cues.length], [undefined, 10]);
    await check(cues);
    near(await brightness(`${root}/poster.jpg`), grey(2));
  });

  await t.test("what is not there is said to be so", async () => {
    const status = async (path: string) => (await fetch(server.http + path)).status;
    assert.equal(await status("/live/nobody/poster.jpg"), 404);
    assert.equal(await status("/dvr/grey/thumbnails.vtt"), 400);
    assert.equal(await status("/dvr/grey/thumbnails/2-160x90/1.jpg"), 404);
    assert.equal(await status("/vod/ast_none/poster.jpg"), 404);
  });
});
