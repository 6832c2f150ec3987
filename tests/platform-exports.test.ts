import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Client, createClient } from "@oxbow/sdk";
import type { Alert, BodyIn, ExportWish } from "@oxbow/site-contract";
import { makeClip } from "../fixtures/clip.ts";
import { type HttpGate, openGate } from "./http-gate.ts";
import { type HttpReceiver, openReceiver } from "./http-receiver.ts";
import { type PlatformProcess, startPlatform } from "./platform-process.ts";
import { publish } from "./publisher.ts";
import { invited, type SiteCaller, setUpOperator } from "./site-caller.ts";
import { mountSmallDisk, type SmallDisk } from "./small-disk.ts";
import { until } from "./until.ts";

/** Of the disk that recordings and files are on. */
const DISK_BYTES = 8 * 2 ** 20;

const settings: Record<string, string> = {};
let folder = "";
let encoder = "";
let platform: PlatformProcess;
/** Of the media server. */
let data = "";
/** Where the operator's alerts go. */
let alarms: HttpReceiver;
/** Where this user may mount one. */
let disk: SmallDisk | undefined;
/** Before the media server, and before the platform's webhooks. */
let api: HttpGate;
let hooks: HttpGate;
let media: Client;
let ana: SiteCaller;
let operator: SiteCaller;
let video = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-exports-"));
  // A machine without an encoder, until a test puts one there.
  encoder = join(folder, "ffmpeg");
  const clip = join(folder, "clip.flv");
  data = join(folder, "data");
  const disks = join(folder, "media");
  disk = await mountSmallDisk(disks, DISK_BYTES);
  alarms = await openReceiver(204);
  settings["OXBOW_ALERT_WEBHOOK_URL"] = alarms.url;
  await Promise.all([mkdir(data), mkdir(join(disks, "archive"))]);
  await symlink(join(disks, "archive"), join(data, "archive"));
  const ofServer = {
    OXBOW_FFMPEG: encoder,
    OXBOW_DATA: data,
    OXBOW_STORAGE: `file:${join(disks, "assets")}`,
  };
  [platform] = await Promise.all([
    startPlatform(settings, ofServer, "postgres"),
    makeClip(clip, { duration: 6, gop: 1, width: 320, height: 180, bFrames: 0 }),
  ]);
  const { server } = platform;
  media = createClient({ url: server.http, key: server.key });
  api = await openGate(server.http);
  hooks = await openGate(platform.http);
  Object.assign(settings, {
    OXBOW_SERVER_URL: api.url,
    OXBOW_PLATFORM_HOOK_URL: `${hooks.url}/hooks/media`,
  });
  operator = await setUpOperator(platform);
  ana = await invited(platform, operator, { name: "Ana", role: "streamer" });
  await platform.stop();
  await platform.restart();
  video = await broadcast(clip);
});
after(async () => {
  await platform[Symbol.asyncDispose]();
  await api[Symbol.asyncDispose]();
  await hooks[Symbol.asyncDispose]();
  await alarms[Symbol.asyncDispose]();
  await disk?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Puts a clip on air, and answers its video when that has ended and a file was made of it by itself. */
async function broadcast(clip: string): Promise<string> {
  const channel = await ana.call("channels.create", {
    body: { handle: "ana", name: "Ana", defaults: { autoExport: true } },
  });
  const { url } = await ana.call("channels.revealKey", { params: { channel: channel.id } });
  assert.equal(await publish(clip, url, { speed: 3 }).done, 0);
  return until("the file of the broadcast", async () => {
    const { items } = await ana.call("videos.mine");
    return items.find(({ source }) => source === "file")?.id;
  });
}

const view = (wish: string): Promise<ExportWish> => ana.call("exports.get", { params: { wish } });

const wishFor = (more: Partial<BodyIn<"exports.create">> = {}): Promise<ExportWish> =>
  ana.call("exports.create", { body: { video, publish: "no", ...more } });

/** The wish, once it is in a state. */
const reaches = (wish: string, state: ExportWish["state"]): Promise<ExportWish> =>
  until(`${wish} ${state}`, async () => {
    const now = await view(wish);
    return now.state === state ? now : undefined;
  });

/** The operator's open alert about a wish that failed. */
async function alertAbout(wish: string): Promise<Alert | undefined> {
  const { items } = await operator.call("alerts.list");
  return items.find(({ kind, about }) => kind === "export_failed" && about.wish === wish);
}

/** The export of the media server that a wish is, asked of the media server by the test alone. */
const exportOf = (wish: string) =>
  until("the export", async () => {
    const { items } = await media.exports.list();
    return items.find(({ metadata }) => metadata?.["wish"] === wish);
  });

const endedThere = (wish: string) =>
  until("the end of the export", async () => {
    const { state, id } = await exportOf(wish);
    return state === "ready" || state === "failed" ? id : undefined;
  });

test("a broadcast becomes a file by events alone: the media server is never asked how far it is", async () => {
  const { items } = await ana.call("exports.list", { query: { video } });
  const [wish] = items;
  assert.deepEqual(
    [items.length, wish?.state, wish?.askedBy, wish?.file?.video],
    [1, "ready", null, video],
  );
  const asked = api.seen.filter((line) => line.includes("/exports"));
  assert.deepEqual(asked, ["POST /api/v1/exports"]);
  assert.equal(
    api.seen.filter((line) => line.includes("/assets") && line.startsWith("GET")).length,
    0,
  );
  const { url } = await ana.call("exports.download", { params: { wish: wish?.id ?? "" } });
  const file = await fetch(url);
  assert.deepEqual(
    [file.status, Number(file.headers.get("content-length"))],
    [200, wish?.file?.bytes],
  );
  await file.body?.cancel();
  await until("the pin to be gone", async () => {
    const pins = await media.pins.list((await media.streams.list()).items[0]?.id ?? "");
    return pins.items.length === 0 ? true : undefined;
  });
});

test("a file that can't be made: the recording in its place, an alert, and a retry that works", async () => {
  const { from, to } = await ana.call("exports.choices", { params: { video } });
  const range = { from: new Date(Date.parse(from) + 1000).toISOString(), to };
  const wish = await wishFor({ mode: "transcode", range, publish: "clip", title: "The end" });
  const failed = await reaches(wish.id, "failed");
  assert.equal(failed.error?.code, "encoder_missing");
  const { recording, untrimmed, kept, video: clip } = failed.fallback ?? {};
  assert.deepEqual([recording, untrimmed, kept], ["applied", true, true]);
  const page = await ana.call("videos.view", { params: { video: clip ?? "" } });
  assert.deepEqual([page.video.title, page.video.source], ["The end", "recording"]);
  assert.equal((await fetch(page.playback.player?.hls ?? "")).status, 200);
  assert.equal((await alertAbout(wish.id))?.severity, "warning");
  const { items: needed } = await operator.call("exports.list", { query: { state: "needed" } });
  assert.deepEqual(
    needed.map(({ id }) => id),
    [wish.id],
  );

  const whole = await ana.call("exports.untrimmed", { params: { wish: wish.id } });
  assert.equal((await reaches(whole.id, "ready")).range, null);

  await symlink("/usr/bin/ffmpeg", encoder);
  await ana.call("exports.retry", { params: { wish: wish.id } });
  const { file, tries } = await reaches(wish.id, "ready");
  assert.deepEqual([file?.video, tries.map(({ code }) => code)], [clip, ["encoder_missing"]]);
  const later = await ana.call("videos.view", { params: { video: clip ?? "" } });
  assert.equal(later.video.source, "file");
  assert.equal(await alertAbout(wish.id), undefined);
});

test("one who stops an export is told with the reason", async () => {
  // An encoder that never ends.
  await writeFile(`${encoder}.new`, "#!/bin/sh\nexec sleep 600\n");
  await chmod(`${encoder}.new`, 0o755);
  await rename(`${encoder}.new`, encoder);
  const wish = await wishFor({ mode: "transcode" });
  await reaches(wish.id, "running");
  const stopping = await ana.call("exports.abort", {
    params: { wish: wish.id },
    body: { why: "Wrong part" },
  });
  assert.equal(stopping.stopping || stopping.state === "aborted", true);
  const { aborted } = await reaches(wish.id, "aborted");
  assert.deepEqual([aborted?.by, aborted?.why], ["Ana", "Wrong part"]);
  const { error } = await media.exports.get((await exportOf(wish.id)).id);
  assert.match(error?.message ?? "", /Ana: Wrong part/);
});

test("media that is gone from the archive's disk: no file, no recording, and a loud alarm", async () => {
  const archive = join(data, "archive");
  await rename(archive, `${archive}-away`);
  const wish = await wishFor();
  const { error, fallback } = await reaches(wish.id, "failed");
  assert.deepEqual([error?.code, fallback?.recording], ["source_media_lost", "none"]);
  const { items } = await operator.call("alerts.list");
  const alert = items.find(({ about }) => about.wish === wish.id);
  assert.deepEqual([alert?.kind, alert?.severity], ["export_failed", "critical"]);
  await rm(archive, { recursive: true, force: true });
  await rename(`${archive}-away`, archive);
  await ana.call("exports.dismiss", { params: { wish: wish.id } });
  const left = await operator.call("exports.list", { query: { state: "needed" } });
  assert.deepEqual(left.items, []);
});

test("a disk that is really full: the fallback, an alert, no hurry; and the files when there is room", async (context) => {
  if (disk === undefined) {
    context.skip("this user may not mount a small disk; an encoder writes to /dev/full elsewhere");
    return;
  }
  // The disk fills while the file is being made: the encoder waits for that.
  const full = join(folder, "full");
  const script = `while [ ! -e ${full} ]; do sleep 0.05; done; exec /usr/bin/ffmpeg "$@"`;
  await writeFile(`${encoder}.new`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  await rename(`${encoder}.new`, encoder);
  const { from, to } = await ana.call("exports.choices", { params: { video } });
  const range = { from: new Date(Date.parse(from) + 2000).toISOString(), to };
  const asked = () => api.seen.filter((line) => line === "POST /api/v1/exports").length;
  const first = { asked: asked(), assets: (await media.assets.list()).items.length };
  const wish = await wishFor({ mode: "transcode", range, publish: "clip", title: "The end" });
  await reaches(wish.id, "running");
  await disk.fill();
  await writeFile(full, "");

  // The archive's watch may have seen it, or not: one is refused, the other tries and fails.
  const other = await wishFor();
  const failed = await reaches(wish.id, "failed");
  const { id: exported } = await exportOf(wish.id);
  const { items: ends } = await media.events.list({ types: ["dvr_mp4_export_failed"] });
  const codes = ends.flatMap((end) =>
    end.type === "dvr_mp4_export_failed" && end.data.export === exported ? [end.data.code] : [],
  );
  assert.deepEqual([codes, failed.error?.code], [["storage_full"], "storage_full"]);
  // Nothing was published, and the recording is what people see.
  assert.equal((await media.assets.list()).items.length, first.assets);
  assert.deepEqual([failed.file, failed.fallback?.recording], [null, "applied"]);
  const clip = failed.fallback?.video ?? "";
  const page = await ana.call("videos.view", { params: { video: clip } });
  assert.equal(page.video.source, "recording");
  assert.equal((await fetch(page.playback.player?.hls ?? "")).status, 200);
  // The operator reads what to do, and the next try is far enough.
  assert.equal((await alertAbout(wish.id))?.severity, "warning");
  const alarm = await until("the alarm", async () =>
    alarms.bodies.find((body) => body.includes(wish.id) && body.includes("Make room")),
  );
  assert.match(alarm, /The media server's disk is full/);
  assert.ok(Date.parse(failed.retryAt ?? "") - Date.now() > 4 * 60_000);
  const waiting = await reaches(other.id, "failed");
  assert.deepEqual(
    [waiting.error?.code, waiting.fallback?.recording, asked() - first.asked],
    ["storage_full", "offered", 2],
  );

  await disk.free();
  await ana.call("exports.retry", { params: { wish: wish.id } });
  const { file, tries } = await reaches(wish.id, "ready");
  assert.deepEqual([file?.video, tries.map(({ code }) => code)], [clip, ["storage_full"]]);
  const later = await ana.call("videos.view", { params: { video: clip } });
  assert.equal(later.video.source, "file");
  // Nobody has asked for the other one again: the media server told that there is room.
  assert.equal((await reaches(other.id, "ready")).tries.length, 1);
  assert.deepEqual([await alertAbout(wish.id), await alertAbout(other.id)], [undefined, undefined]);
});

test("somebody else's exports can't be seen, made, stopped or fetched", async () => {
  const bob = await invited(platform, operator, { name: "Bob", role: "streamer" });
  const { items } = await ana.call("exports.list", { query: { video } });
  const params = { wish: items[0]?.id ?? "" };
  const answers = await Promise.all([
    bob.ask("exports.get", { params }),
    bob.ask("exports.abort", { params, body: { why: "" } }),
    bob.ask("exports.retry", { params }),
    bob.ask("exports.publish", { params, body: { as: "clip" } }),
    bob.ask("exports.dismiss", { params }),
    bob.ask("exports.download", { params }),
    bob.ask("exports.list", { query: { video } }),
    bob.ask("exports.choices", { params: { video } }),
    bob.ask("exports.create", { body: { video } }),
  ]);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([404]));
  assert.deepEqual(await bob.call("exports.list"), { items: [], next: null });
});

test("a platform that was away, and that webhooks do not reach, is right when it comes back", async () => {
  hooks.shut = true;
  const sent = hooks.seen.length;
  const wish = await wishFor();
  await exportOf(wish.id);
  await platform.kill();
  await endedThere(wish.id);
  await until("a webhook in vain", async () => (hooks.seen.length > sent ? true : undefined));
  await platform.restart();
  const { file } = await reaches(wish.id, "ready");
  assert.deepEqual([file?.video, file?.files.length], [null, 1]);
  // Nobody shows it: it is for its owner alone.
  const asset = await until("the file's policy", async () => {
    const found = await media.assets.get(file?.asset ?? "");
    return found.playback.policy === "signed" ? found : undefined;
  });
  const { url } = await ana.call("exports.download", { params: { wish: wish.id } });
  const statuses = [asset.playback.mp4, url].map(async (at) => {
    const answer = await fetch(at);
    await answer.body?.cancel();
    return answer.status;
  });
  assert.deepEqual(await Promise.all(statuses), [401, 200]);
  assert.deepEqual(
    api.seen.filter((line) => line.startsWith("GET /api/v1/exports")),
    [],
  );
  // What waits at the media server comes as soon as somebody says that the site is there, all of it.
  const [sink] = (await media.sinks.list()).items;
  assert.ok(sink !== undefined && api.seen.includes(`PATCH /api/v1/sinks/${sink.id}`));
  hooks.shut = false;
  await operator.call("operator.setSink", { params: { sink: sink.id }, body: { enabled: true } });
  const delivered = await until("all deliveries", async () => {
    const { items } = await media.deliveries.list(sink.id);
    return items.every(({ state }) => state === "delivered") ? items : undefined;
  });
  const attempts = delivered.map(({ log }) => log.map(({ status }) => status));
  assert.ok(attempts.some((made) => made.length > 1 && made.at(-1) === 204));
});
