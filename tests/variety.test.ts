import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Broadcast, Sink, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { measure } from "../fixtures/measure.ts";
import { apiOf } from "./api.ts";
import { publish } from "./publisher.ts";
import { startServer } from "./server-process.ts";
import { receiveWebhooks } from "./webhook-receiver.ts";

let folder = "";
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-variety-"));
});
after(() => rm(folder, { recursive: true }));

test("video without audio is recorded whole", async () => {
  const clip = join(folder, "silent.flv");
  await makeClip(clip, { duration: 5, audio: false });
  await using server = await startServer();
  await using hooks = await receiveWebhooks();
  const api = apiOf(server);
  hooks.trust((await api.post("/sinks", { url: hooks.url }, Sink)).secret ?? "");
  const stream = await api.post("/streams", { name: "silent" }, Stream);
  const url = stream.publish.rtmp.url ?? "";
  assert.equal(await publish(clip, url, { realTime: false }).done, 0);
  const ended = await hooks.next("broadcast_ended");
  const broadcast = await api.get(`/broadcasts/${ended.broadcast ?? ""}`, Broadcast);
  const { frames } = await measure(broadcast.playback.hls ?? "", { audio: false });
  assert.deepEqual(
    frames.map(({ number }) => number),
    Array.from({ length: 150 }, (_, at) => at),
  );
});
