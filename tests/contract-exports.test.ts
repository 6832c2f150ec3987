import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Archive, Asset, Broadcast, Export, Pin, pageOf, Stream } from "@oxbow/contract";
import { makeClip } from "../fixtures/clip.ts";
import { assertRefused, assertTimes, type Caller, callerOf, keyOf } from "./caller.ts";
import { type EventLog, eventLogOf } from "./follow-log.ts";
import { samplesOf } from "./media-samples.ts";
import { publish } from "./publisher.ts";
import { type ServerProcess, startServer } from "./server-process.ts";
import { until } from "./until.ts";

let folder = "";
let clip = "";
let server: ServerProcess;
let call: Caller;
let log: EventLog;
/** A broadcast of two connections that has ended. */
let past: Broadcast;
/** A stream that was deleted. */
let doomed = "";

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "oxbow-exports-"));
  clip = join(folder, "clip.flv");
  await makeClip(clip, { duration: 60, width: 160, height: 90, fps: 10, gop: 1 });
  server = await startServer({ OXBOW_EXPORTS_RUNNING: "1" });
  call = callerOf(server);
  log = eventLogOf(server);
  past = await recorded("past", 2);
});
after(async () => {
  await log[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function streamOf(name: string, policy: object = {}): Promise<string> {
  const { body } = await call("POST /streams", { body: { name, ...policy } });
  return Stream.parse(body).publish.rtmp.url ?? "";
}
/** Records a broadcast of so many connections of 8 seconds. */
async function recorded(name: string, connections = 1, policy: object = {}): Promise<Broadcast> {
  const url = await streamOf(name, policy);
  for (let at = 0; at < connections; at += 1) {
    assert.equal(await publish(clip, url, { speed: 20, input: ["-t", "8"] }).done, 0);
  }
  const { broadcast } = await log.find("broadcast_ended", ({ stream }) => stream?.name === name);
  return Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body);
}
const ask = (body: object, headers: Record<string, string> = {}) =>
  call("POST /exports", { body, headers });
const exported = async (body: object): Promise<Export> => {
  const answer = await ask(body);
  assert.equal(answer.status, 202, answer.text);
  return Export.parse(answer.body);
};
const ready = ({ id }: Pick<Export, "id">) =>
  log.find("dvr_mp4_export_ready", ({ data }) => data.export === id);
const at = (time: string | null, ms: number): string =>
  new Date(Date.parse(time ?? "") + ms).toISOString();
const eventsOf = (id: string): string[] =>
  log.seen
    .filter(({ data }) => "export" in data && data.export === id)
    .map(({ type }) => type)
    .filter((type) => type !== "dvr_mp4_export_progress");
const archiveOf = async (stream: string): Promise<string[]> =>
  (await readdir(join(server.data, "archive"), { recursive: true })).filter(
    (name) => name.includes(stream) && name.endsWith(".mp4"),
  );
const filesOf = async (asset: string): Promise<string[]> =>
  (await readdir(join(server.data, "assets"), { recursive: true })).filter(
    (name) => name.includes(asset) && name.endsWith(".mp4"),
  );

describe("exports", { concurrency: 4 }, () => {
  test("an export is told to the letter, from its creation to its end", async () => {
    const answer = await ask({
      stream: "past",
      from: at(past.from, 1000),
      to: at(past.from, 3000),
    });
    assert.equal(answer.status, 202);
    assertTimes(answer);
    const made = Export.parse(answer.body);
    assert.match(made.id, /^exp_[0-9a-z]{26}$/);
    assert.deepEqual(answer.body, {
      id: made.id,
      stream: past.stream,
      broadcast: past.id,
      from: at(past.from, 1000),
      to: at(past.from, 3000),
      state: "queued",
      attempt: 0,
      percent: 0,
      bytes: 0,
      secondsLeft: null,
      asset: null,
      error: null,
      mode: "copy",
      cut: "keyframe",
      gaps: "skip",
      packing: "auto",
      checksum: "sha256",
      title: null,
      metadata: {},
      renditions: ["source"],
      tracks: ["video", "audio"],
      subtitles: [],
      loudness: null,
      watermark: false,
      retryOf: null,
      createdAt: made.createdAt,
      updatedAt: made.updatedAt,
    });
    const { data, stream, broadcast } = await ready(made);
    assert.deepEqual([stream?.name, broadcast], ["past", past.id]);
    assert.deepEqual(
      Object.keys(data).toSorted((a, b) => a.localeCompare(b)),
      [
        "asset",
        "attempt",
        "bytes",
        "cut",
        "duration",
        "export",
        "files",
        "gaps",
        "location",
        "playback",
        "queuedMs",
        "runningMs",
        "sha256",
        "tracks",
      ],
    );
    assert.match(data.location, /^file:/);
    const done = Export.parse((await call(`GET /exports/${made.id}`)).body);
    assert.deepEqual(
      [
        done.state,
        done.attempt,
        done.percent,
        done.bytes,
        done.secondsLeft,
        done.asset,
        done.error,
      ],
      ["ready", 1, 100, data.bytes, null, data.asset, null],
    );
    assert.deepEqual(eventsOf(made.id), [
      "dvr_mp4_export_start",
      "dvr_mp4_export_ready",
      "asset_ready",
    ]);
    assertRefused(await call(`POST /exports/${made.id}/abort`, { body: {} }), "export_finished");
    assertRefused(await call(`POST /exports/${made.id}/retry`), "export_finished");
  });

  test("what can't be exported is refused at once, by its code and field", async () => {
    const { from, to } = past;
    const some = { stream: "past", from, to };
    const cases: [body: object, code: Parameters<typeof assertRefused>[1], field?: string][] = [
      [{ ...some, from: to, to: from }, "range_invalid", "to"],
      [{ ...some, to: at(from, 50) }, "range_too_short", "to"],
      [{ ...some, from: 1000, to: 5000 }, "range_without_media"],
      [{ ...some, to: at(to, 60_000) }, "range_in_future", "to"],
      [{ ...some, from: at(to, 5000), to: at(to, 9000) }, "range_in_future", "from"],
      [{ ...some, gaps: "fail" }, "range_has_gap"],
      [{ ...some, renditions: ["720p"] }, "rendition_unknown", "renditions"],
      [{ ...some, renditions: [{ height: 720 }] }, "export_mode_unsupported", "renditions"],
      [{ ...some, mode: "transcode", renditions: ["small"] }, "invalid_request", "renditions"],
      [{ ...some, loudness: true }, "export_mode_unsupported", "loudness"],
      [{ ...some, subtitles: ["ast_1"] }, "invalid_request", "subtitles.0"],
      [
        { ...some, subtitles: [{ language: "en", text: "?" }] },
        "invalid_request",
        "subtitles.0.text",
      ],
      [{ ...some, destination: "s3://b/c" }, "export_mode_unsupported", "destination"],
      [{ stream: "past", from }, "invalid_request", "to"],
      [{ ...some, broadcast: past.id }, "invalid_request", "broadcast"],
      [{ ...some, from: "yesterday" }, "invalid_request", "from"],
      [{ ...some, from: -5 }, "invalid_request", "from"],
      [{ ...some, metadata: { deep: { er: 1 } } }, "invalid_request", "metadata.deep"],
      [{ ...some, colour: 1 }, "invalid_request", "colour"],
    ];
    for (const [body, code, field] of cases) {
      const answer = await ask(body);
      assert.equal(Object(answer.body)["code"], code, `${JSON.stringify(body)}: ${answer.text}`);
      assertRefused(answer, code, field);
    }
    assert.deepEqual(
      pageOf(Export).parse((await call("GET /exports?state=failed")).body).items,
      [],
    );
  });

  test("a change of codec in the range is refused, and each side of it can be exported", async () => {
    const other = join(folder, "other.flv");
    await makeClip(other, { duration: 3, width: 320, height: 180, fps: 10, gop: 1 });
    const url = await streamOf("turned");
    await publish(clip, url, { speed: 20, input: ["-t", "3"] }).done;
    await publish(other, url, { speed: 20 }).done;
    const { broadcast } = await log.find(
      "broadcast_ended",
      ({ stream }) => stream?.name === "turned",
    );
    assertRefused(await ask({ broadcast }), "range_changes_codec");
    const { ranges } = Archive.parse((await call("GET /streams/turned/archive")).body);
    assert.equal(ranges.length, 2);
    for (const { from, to } of ranges) await ready(await exported({ stream: "turned", from, to }));
  });

  test("the same range twice gives two assets of the same bytes, one after the other where one may run", async () => {
    const body = { broadcast: past.id, title: "Twin", metadata: { episode: 12, live: true } };
    const twins = await Promise.all([exported(body), exported(body)]);
    const [one, two] = await Promise.all(twins.map(ready));
    assert.ok(one && two);
    assert.notEqual(one.data.asset, two.data.asset);
    assert.deepEqual([one.data.sha256, one.data.bytes], [two.data.sha256, two.data.bytes]);
    assert.deepEqual(await filesOf(one.data.asset).then(({ length }) => length), 1);
    const order = log.seen
      .filter(({ type }) => /^dvr_mp4_export_(start|ready|failed|aborted)$/.test(type))
      .map(({ type }) => (type.endsWith("start") ? 1 : -1));
    let running = 0;
    for (const change of order) {
      running += change;
      assert.ok(running <= 1, "never two at once");
    }
  });

  test("a range that is on the air is waited for, and is what instant MP4 gives of it afterwards", async () => {
    const url = await streamOf("onair");
    await using encoder = publish(clip, url);
    const { broadcast = "" } = await log.find(
      "playback_ready",
      ({ stream }) => stream?.name === "onair",
    );
    const { from } = Broadcast.parse((await call(`GET /broadcasts/${broadcast}`)).body);
    const range = { stream: "onair", from: at(from, 500), to: at(from, 5500) };
    const waiting = await exported(range);
    assert.deepEqual([waiting.state, waiting.broadcast], ["waiting", broadcast]);
    const whole = await exported({ broadcast, title: "To the end" });
    assert.equal(whole.state, "waiting");
    const far = await exported({ ...range, from: at(from, 600_000), to: at(from, 601_000) });
    const unwanted = await exported(range);
    assert.deepEqual(
      pageOf(Export)
        .parse((await call("GET /exports?state=waiting&stream=onair")).body)
        .items.map(({ id }) => id),
      [unwanted, far, whole, waiting].map(({ id }) => id),
    );
    const pins = pageOf(Pin).parse((await call("GET /streams/onair/pins")).body).items;
    assert.ok(
      [unwanted, far, whole, waiting].every(({ id }) => pins.some(({ owner }) => owner === id)),
    );
    assertRefused(await call(`DELETE /pins/${pins[0]?.id}`), "conflict");
    assertRefused(await call(`POST /exports/${waiting.id}/retry`), "export_unfinished");

    const key = await keyOf(call, "write");
    const aborted = Export.parse(
      (await call(`POST /exports/${unwanted.id}/abort`, { key, body: { reason: "Not this" } }))
        .body,
    );
    assert.equal(aborted.state, "aborted");
    const told = await log.find(
      "dvr_mp4_export_aborted",
      ({ data }) => data.export === unwanted.id,
    );
    assert.deepEqual(
      [told.data.by, told.data.why, told.data.percent],
      ["a key to write", "Not this", 0],
    );
    assertRefused(
      await call(`POST /exports/${unwanted.id}/abort`, { body: {} }),
      "export_finished",
    );
    assert.deepEqual(eventsOf(unwanted.id), ["dvr_mp4_export_aborted"]);

    const live = await ready(waiting);
    assert.equal(
      Object((await call("GET /streams/onair")).body)["state"],
      "live",
      "while it is on air",
    );
    const asset = Asset.parse((await call(`GET /assets/${live.data.asset}`)).body);
    const instant = `${server.http}/dvr/onair/${Date.parse(range.from)}-${Date.parse(range.to)}.mp4`;
    assert.deepEqual(await samplesOf(instant), await samplesOf(asset.playback.mp4));

    const retried = await call(`POST /exports/${unwanted.id}/retry`, {
      headers: { "idempotency-key": "retry-1" },
    });
    assert.deepEqual([retried.status, Export.parse(retried.body).retryOf], [202, unwanted.id]);
    const replayed = await call(`POST /exports/${unwanted.id}/retry`, {
      headers: { "idempotency-key": "retry-1" },
    });
    assert.deepEqual(replayed.body, retried.body);
    await ready(Export.parse(retried.body));

    await call("POST /streams/onair/end");
    await encoder.done;
    const end = await ready(whole);
    const made = Export.parse((await call(`GET /exports/${whole.id}`)).body);
    assert.deepEqual([made.to, made.bytes], [end.data.cut.to, end.data.bytes]);
    const { duration } = (
      await log.find("broadcast_ended", ({ stream }) => stream?.name === "onair")
    ).data;
    // Of an encoder that is cut off, the sound may have come further than the pictures.
    assert.ok(
      Math.abs(end.data.duration - duration) < 0.5,
      `${end.data.duration} s of ${duration} s`,
    );
    const failed = await log.find("dvr_mp4_export_failed", ({ data }) => data.export === far.id);
    assert.deepEqual([failed.data.code, failed.data.retryable], ["range_in_future", false]);
    const { error, state } = Export.parse((await call(`GET /exports/${far.id}`)).body);
    assert.deepEqual([state, error?.code, error?.retryable], ["failed", "range_in_future", false]);
    assert.deepEqual(pageOf(Pin).parse((await call("GET /streams/onair/pins")).body).items, []);
  });

  test("a repeated POST /exports with its Idempotency-Key makes one job", async () => {
    const body = { stream: "past", from: past.from, to: at(past.from, 2000), title: "Once" };
    const headers = { "idempotency-key": "export-once" };
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(body, headers)));
    const first = answers.find(({ status }) => status === 202);
    for (const answer of answers) {
      if (answer.status === 202) assert.deepEqual(answer.body, first?.body);
      else assertRefused(answer, "conflict", "Idempotency-Key");
    }
    assert.deepEqual((await ask(body, headers)).body, first?.body);
    const { items } = pageOf(Export).parse((await call("GET /exports?limit=200&stream=past")).body);
    assert.equal(items.filter(({ title }) => title === "Once").length, 1);
  });

  test("a stream may have every broadcast exported when it ends", async () => {
    const { id } = await recorded("automatic", 1, { autoExport: true, title: "Evening" });
    const { data } = await log.find("dvr_mp4_export_ready", ({ broadcast }) => broadcast === id);
    const asset = Asset.parse((await call(`GET /assets/${data.asset}`)).body);
    assert.deepEqual([asset.title, asset.broadcast, asset.export], ["Evening", id, data.export]);
  });

  test("an asset is told to the letter, changed, listed, and deleted with its files", async () => {
    const made = await exported({
      stream: "past",
      from: past.from,
      to: at(past.from, 1500),
      title: "Brief",
    });
    const { data } = await ready(made);
    const answer = await call(`GET /assets/${data.asset}`);
    assertTimes(answer);
    const asset = Asset.parse(answer.body);
    const base = `${server.http}/vod/${asset.id}`;
    assert.deepEqual(answer.body, {
      id: asset.id,
      title: "Brief",
      duration: data.duration,
      bytes: data.bytes,
      sha256: data.sha256,
      files: [
        {
          rendition: "source",
          url: `${base}/source.mp4`,
          bytes: data.bytes,
          sha256: data.sha256,
          tracks: data.tracks,
        },
      ],
      state: "ready",
      error: null,
      subtitles: [],
      playback: {
        policy: "public",
        hls: `${base}/index.m3u8`,
        dash: `${base}/manifest.mpd`,
        mp4: `${base}/source.mp4`,
        poster: `${base}/poster.jpg`,
        embed: `${server.http}/embed/${asset.id}`,
      },
      stream: past.stream,
      broadcast: past.id,
      export: made.id,
      metadata: {},
      createdAt: asset.createdAt,
    });
    const change = { title: "Long", metadata: { a: 1, b: null } };
    assert.deepEqual((await call(`PATCH /assets/${asset.id}`, { body: change })).body, {
      ...asset,
      ...change,
    });
    assert.deepEqual((await log.find("asset_updated")).data, { asset: asset.id, changed: change });
    assertRefused(
      await call(`PATCH /assets/${asset.id}`, { body: { bytes: 1 } }),
      "invalid_request",
      "bytes",
    );
    const { items } = pageOf(Asset).parse((await call("GET /assets?stream=past&limit=200")).body);
    assert.ok(items.some(({ id }) => id === asset.id));
    assert.deepEqual(
      items.map(({ createdAt = "" }) => createdAt),
      items.map(({ createdAt = "" }) => createdAt).toSorted((a, b) => b.localeCompare(a)),
      "the newest first",
    );
    assert.equal((await filesOf(asset.id)).length, 1);
    assert.equal((await call(`DELETE /assets/${asset.id}`)).status, 204);
    await log.find("asset_deleted", (event) => event.data.asset === asset.id);
    assert.deepEqual(await filesOf(asset.id), []);
    assertRefused(await call(`GET /assets/${asset.id}`), "asset_unknown");
    assertRefused(await call(`DELETE /assets/${asset.id}`), "asset_unknown");
    for (const path of ["index.m3u8", "source.mp4"]) {
      assertRefused(await call(`GET //vod/${asset.id}/${path}`, { key: null }), "asset_unknown");
    }
    assert.equal(Export.parse((await call(`GET /exports/${made.id}`)).body).state, "ready");
  });

  test("a pin keeps a range from removal; what is removed is evicted, and its assets stay", async () => {
    const { id, from, to } = await recorded("removed");
    const { data } = await ready(await exported({ broadcast: id }));
    const pin = Pin.parse(
      (
        await call("POST /streams/removed/pins", {
          body: { from: at(from, 1000), to: at(from, 2000) },
        })
      ).body,
    );
    const removal = `DELETE /streams/removed/archive?from=${Date.parse(from) - 1000}&to=${Date.parse(to ?? "") + 1000}`;
    assertRefused(await call(removal), "range_pinned");
    assert.equal((await call(`DELETE /pins/${pin.id}`)).status, 204);
    const gone = await call(removal);
    assert.equal(gone.status, 200);
    assert.ok(Object(gone.body)["bytes"] > 1000 && Object(gone.body)["kept"] === 0, gone.text);
    const evicted = await log.find("archive_evicted", ({ stream }) => stream?.name === "removed");
    assert.equal(evicted.data.rule, "request");
    const archive = { oldest: null, newest: null, bytes: 0, ranges: [], gaps: [] };
    assert.deepEqual((await call("GET /streams/removed/archive")).body, archive);
    assertRefused(await ask({ broadcast: id }), "range_evicted");
    const range = `${Date.parse(from)}-${Date.parse(to ?? "")}`;
    assertRefused(await call(`GET //dvr/removed/${range}.mp4`, { key: null }), "range_evicted");
    const list = `//dvr/removed/index.m3u8?${new URLSearchParams({ from: range.split("-")[0] ?? "", to: range.split("-")[1] ?? "" }).toString()}`;
    assertRefused(await call(`GET ${list}`, { key: null }), "range_evicted");
    assert.equal((await fetch(String(data.playback.mp4))).status, 200);
  });

  test("a stream that is deleted takes its archive along, and its assets stay", async () => {
    const { id, stream } = await recorded("doomed");
    const { data } = await ready(await exported({ broadcast: id }));
    assert.equal((await call("DELETE /streams/doomed")).status, 204);
    assertRefused(await call("GET //live/doomed/index.m3u8", { key: null }), "stream_unknown");
    assert.equal((await fetch(String(data.playback.mp4))).status, 200);
    assert.equal(Asset.parse((await call(`GET /assets/${data.asset}`)).body).stream, stream);
    assert.equal((await call(`GET /broadcasts/${id}`)).status, 200);
    const list = "//dvr/doomed/index.m3u8?from=0&to=4000000000000";
    assertRefused(await call(`GET ${list}`, { key: null }), "stream_unknown");
    doomed = stream;
  });
});

test("retention by bytes removes the oldest that no pin holds", async () => {
  const first = await recorded("bounded");
  const url = Stream.parse((await call("GET /streams/bounded")).body).publish.rtmp.url ?? "";
  await publish(clip, url, { speed: 20, input: ["-t", "8"] }).done;
  await log.find(
    "broadcast_ended",
    ({ stream, broadcast }) => stream?.name === "bounded" && broadcast !== first.id,
  );
  await publish(clip, url, { speed: 20, input: ["-t", "8"] }).done;
  await log.find(
    "broadcast_ended",
    ({ stream, sequence }) =>
      stream?.name === "bounded" && sequence > (log.seen.at(-2)?.sequence ?? 0),
  );
  const { ranges, bytes } = Archive.parse((await call("GET /streams/bounded/archive")).body);
  assert.equal(ranges.length, 3);
  const pin = { from: first.from, to: at(first.from, 100) };
  await call("POST /streams/bounded/pins", { body: pin });
  await call("PATCH /streams/bounded", { body: { retention: { bytes: Math.ceil(bytes * 0.7) } } });
  // Retention passes at each start.
  assert.equal(await server.stop(), 0);
  await server.restart();
  const { data } = await log.find("archive_evicted", ({ stream }) => stream?.name === "bounded");
  assert.deepEqual([data.rule, data.from], ["bytes", ranges[1]?.from]);
  const left = Archive.parse((await call("GET /streams/bounded/archive")).body);
  assert.deepEqual(
    left.ranges.map(({ broadcast }) => broadcast),
    [ranges[0]?.broadcast, ranges[2]?.broadcast],
  );
  // And so goes the archive of the stream that was deleted.
  await log.find("archive_evicted", ({ stream }) => stream?.id === doomed);
  await until(
    "its files are gone",
    async () => (await archiveOf(doomed)).length === 0 || undefined,
  );
});
