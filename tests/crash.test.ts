import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { Archive, Broadcast, Sink, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { publish } from "./publisher.ts";
import { startServer } from "./server-process.ts";
import { receiveWebhooks } from "./webhook-receiver.ts";

const KILLS = 3;

/**
 * The frames of each connection as far as they follow one another: where a connection is cut, frames
 * are missing that would have been sent after the one that they precede.
 */
function unbroken(numbers: readonly (number | undefined)[]): (number | undefined)[][] {
  const starts = numbers.flatMap((number, at) => (number === 0 ? [at] : []));
  return starts.map((start, at) => {
    const all = numbers.slice(start, starts[at + 1]);
    return all.filter((number, index) => number === index);
  });
}

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-crash-"));
});
after(() => rm(folder, { recursive: true }));

test("a server that is killed while it records loses a part at most, and says so", async () => {
  const clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 12, width: 320, height: 180 });
  await using server = await startServer();
  await using hooks = await receiveWebhooks();
  const api = apiOf(server);
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
  const stream = await api.post("/streams", { name: "fragile" }, Stream);
  const url = stream.publish.rtmp.url ?? "";

  for (let kill = 0; kill < KILLS; kill++) {
    const encoder = publish(clip, url);
    const on = await hooks.next(kill === 0 ? "broadcast_started" : "broadcast_resumed");
    // Each time at another place of the part and of the segment.
    await wait(2500 + 370 * kill);
    await server.kill();
    const killedAt = Date.now();
    await encoder.done;
    await server.restart();

    const started = await hooks.next("server_started");
    assert.deepEqual(started.data.broadcasts?.resumed, [on.broadcast]);
    assert.ok((started.data.secondsLost ?? 1) <= 0.5, `${started.data.secondsLost} s lost`);
    const { newest } = await api.get("/streams/fragile/archive", Archive);
    // What was on its way to a part when the server died: half a second of media, and the wire.
    const lost = (killedAt - Date.parse(newest ?? "")) / 1000;
    assert.ok(lost < 1.5, `the archive ends ${lost} s before the kill`);
  }
  assert.equal(await publish(clip, url, { input: ["-t", "4"] }).done, 0);
  const ended = await hooks.next("broadcast_ended");

  const broadcast = await api.get(`/broadcasts/${ended.broadcast ?? ""}`, Broadcast);
  assert.deepEqual(
    broadcast.gaps.map(({ reason }) => reason),
    Array.from({ length: KILLS }, () => "restart"),
  );
  const { frames } = await measure(broadcast.playback.hls ?? "", { audio: false });
  const numbers = frames.map(({ number }) => number);
  assert.equal(numbers.filter((number) => number === 0).length, KILLS + 1);
  assert.deepEqual(hooks.complaints, []);
});
