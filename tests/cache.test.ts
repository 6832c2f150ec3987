import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { callerOf } from "./caller.ts";
import { startNginxCache } from "./nginx-cache.ts";
import { play } from "./players.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

const PLAYERS = 30;

let folder = "";
let server: ServerProcess;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-cache-"));
  server = await startServer();
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test("rfc8216bis §B.1: a cache in front collapses requests: thirty low-latency players cost the origin what one does", async (t) => {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 30, width: 160, height: 90, fps: 30 });
  const { body } = await callerOf(server)("POST /streams", {
    body: { name: "low", latency: "low" },
  });
  const publisher = publish(clip, Stream.parse(body).publish.rtmp.url ?? "", { speed: 1 });
  t.after(() => publisher.kill());
  const live = `${server.http}/live/low/`;
  await until("the first part", async () => {
    const text = await (await fetch(`${live}video.m3u8`)).text();
    return text.includes("#EXT-X-PART:") ? text : undefined;
  });
  await using nginx = await startNginxCache(join(folder, "nginx"), server.http);
  if (!nginx) return t.skip("nginx is not installed");
  const played = await play(`http://127.0.0.1:${nginx.port}/live/low/`, {
    players: PLAYERS,
    seconds: 4,
  });
  assert.equal(played.failures, 0);
  assert.ok(played.media >= PLAYERS * 2 * 4 * 2, `${played.media} parts`);
  const lines = nginx.lines();
  // A plain playlist is kept for a second; what blocks, and media, is asked for once for everybody.
  const lasting = lines.filter(({ path }) => path.includes("_HLS_msn") || path.endsWith(".m4s"));
  const asked = Map.groupBy(
    lasting.filter((line) => line.asked),
    ({ path }) => path,
  );
  const more = [...asked].filter(([, times]) => times.length > 1).map(([path]) => path);
  assert.deepEqual(more, []);
  assert.ok(lasting.length > asked.size * PLAYERS * 0.5, `${lasting.length} of ${asked.size}`);
});
