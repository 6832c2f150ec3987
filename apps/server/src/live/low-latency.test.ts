import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { audio, OnAir, origin, video } from "./on-air.ts";
import { type ReadPlaylist, readPlaylist } from "./read-playlist.ts";

const LOW = { partMs: 214 } as const;

function playlistOf(air: OnAir, path: string, before?: ReadPlaylist): ReadPlaylist {
  return readPlaylist(air.read(path), before);
}

const lines = (air: OnAir, path: string, tag: string): string[] =>
  air
    .read(path)
    .split("\n")
    .filter((line) => line.startsWith(`#${tag}`));

/** A low-latency broadcast with so much media published. */
function onAir(ms: number, options: Partial<ConstructorParameters<typeof OnAir>[0]> = {}): OnAir {
  const air = new OnAir({ ...LOW, ...options });
  air.publish("start", ms);
  return air;
}

/** A promise's state without waiting for time: after the microtasks that are due. */
async function stateOf<T>(promise: Promise<T>): Promise<T | "held"> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return Promise.race([promise, Promise.resolve("held" as const)]);
}

test("§4.4.3.8, §B.1: server control names three part targets, three and six targets, the same in every playlist", () => {
  const air = onAir(9000);
  const control =
    "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6,PART-HOLD-BACK=0.642";
  for (const path of ["video.m3u8", "audio.m3u8", "video.m3u8?_HLS_skip=YES"]) {
    assert.deepEqual(lines(air, path, "EXT-X-SERVER-CONTROL"), [control]);
    assert.deepEqual(lines(air, path, "EXT-X-PART-INF"), ["#EXT-X-PART-INF:PART-TARGET=0.214"]);
    assert.deepEqual(lines(air, path, "EXT-X-VERSION"), ["#EXT-X-VERSION:9"]);
  }
});

test("§4.4.4.9: parts are listed within three targets of the end, and can be had three targets longer", () => {
  const air = onAir(21_000);
  const { entries } = playlistOf(air, "video.m3u8");
  assert.deepEqual(
    entries.map(({ parts }) => parts.length),
    [0, 0, 0, 0, 0, 0, 10, 10, 4],
  );
  // The playlist ends with segment 18; the parts of 12 left it after three targets, six before the end.
  assert.ok(air.answer("stt_1/1/13.3.m4s"));
  const archived = onAir(21_000, { older: () => Promise.resolve(undefined) });
  assert.ok(archived.answer("stt_1/1/16.3.m4s"));
});

test("a part is a slice of its segment, byte for byte, before and after the segment is joined", () => {
  const air = onAir(5000);
  for (const track of [1, 2]) {
    for (const joined of [false, true]) {
      const parts: Uint8Array[] = [];
      for (let part = 0; ; part += 1) {
        const answer = air.answer(`stt_1/${track}/9.${part}.m4s`);
        if (answer === undefined) break;
        assert.match(answer.cacheControl, /immutable/);
        parts.push(...answer.body);
      }
      assert.equal(parts.length, 10);
      const whole = air.answer(`stt_1/${track}/9.m4s`)?.body ?? [];
      assert.deepEqual(Buffer.concat(parts), Buffer.concat(whole), `joined: ${joined}`);
    }
  }
});

test("§6.2.6, §B.1: the hinted part is held until it is whole; one that nobody hinted at is unknown at once", async () => {
  const air = onAir(5000);
  const [hint = ""] = lines(air, "video.m3u8", "EXT-X-PRELOAD-HINT");
  assert.equal(hint, '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="stt_1/1/11.4.m4s"');
  const answer = air.held("stt_1/1/11.4.m4s");
  assert.equal(await stateOf(answer), "held");
  for (const path of ["stt_1/1/11.5.m4s", "stt_1/1/12.0.m4s", "stt_1/1/13.m4s", "stt_2/1/11.4.m4s"])
    assert.equal(air.answer(path), undefined, path);
  air.publish("config", 400);
  // The stretch has ended: the part came, shorter than hinted, or will never come.
  assert.equal((await answer)?.kind, "media");
  assert.equal(air.window.waiting, 0);
});

test("§6.2.6: a hint that never comes true is answered as soon as that is known, and in three targets at the latest", async () => {
  const gone = onAir(5000);
  const lost = gone.held("stt_1/1/11.5.m4s");
  assert.equal(await lost, undefined, "not hinted: the fifth is");
  const hinted = gone.held("stt_1/2/11.4.m4s");
  gone.lose();
  assert.ok((await hinted) === undefined || (await hinted)?.kind === "media");
  const ended = onAir(5000);
  const never = ended.held("stt_1/2/11.4.m4s");
  ended.end();
  await never;
  const stuck = onAir(5000);
  const late = stuck.held("stt_1/1/11.4.m4s");
  stuck.window.tick(millis(stuck.clock + 5999));
  assert.equal(await stateOf(late), "held");
  stuck.window.tick(millis(stuck.clock + 6000));
  await assert.rejects(late, { code: "unavailable" });
});

test("§4.4.5.3: where the section changes, it is hinted at together with its first part, and is there", () => {
  const air = onAir(5000);
  air.publish("config", 40, 2000, [video]);
  assert.deepEqual(lines(air, "video.m3u8", "EXT-X-PRELOAD-HINT"), [
    '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="stt_2/1/init.mp4"',
    '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="stt_2/1/12.0.m4s"',
  ]);
  assert.match(air.read("stt_2/1/init.mp4"), /^....ftyp/s);
});

test("§4.4.4.9: discontinuity, section and date stand before the first part; none is said again with the segment", () => {
  const air = onAir(5000);
  air.publish("config", 3000);
  const text = air.read("video.m3u8");
  assert.match(
    text,
    /#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="stt_2\/1\/init\.mp4"\n#EXT-X-PROGRAM-DATE-TIME:[^\n]+\n#EXT-X-PART:[^\n]+12\.0\.m4s"/,
  );
  assert.equal(text.split("#EXT-X-DISCONTINUITY\n").length, 2);
});

test("§6.2.1: a track that a stretch has not has gaps in time, part for part", () => {
  const air = onAir(5000);
  air.publish("config", 3000, 2000, [video]);
  const { entries } = playlistOf(air, "audio.m3u8");
  const [open, sealed] = [entries.at(-1), entries.at(-2)];
  assert.deepEqual([sealed?.gap, sealed?.parts.length, sealed?.parts[0]?.gap], [true, 10, true]);
  assert.ok(open && open.parts.length >= 4 && open.parts.every(({ gap }) => gap));
});

test("§6.2.1: while the encoder is gone a part that is missing comes within one part target, a segment within one target", () => {
  const air = onAir(4800);
  air.lose();
  // How far a playlist is: its last entry, and the parts of it.
  const edge = (): number => {
    const last = playlistOf(air, "video.m3u8").entries.at(-1) ?? assert.fail();
    return last.sequence + (last.uri === undefined ? last.parts.length / 100 : 0.99);
  };
  for (let passed = 0; passed < 30; passed += 1) {
    const before = edge();
    air.wait(215);
    assert.ok(edge() > before);
  }
  const hint = lines(air, "video.m3u8", "EXT-X-PRELOAD-HINT").at(-1) ?? "";
  assert.match(hint, /URI="gap\/1\//);
  assert.equal(air.answer(/"(gap[^"]+)"/.exec(hint)?.[1] ?? ""), undefined, "404 at once");
});

test("§6.2.5.2: a reload is held until the segment or the part is there, and all of one version share a rendering", async () => {
  const air = onAir(8900);
  const last = 43;
  const held = Array.from({ length: 200 }, () => air.held("video.m3u8?_HLS_msn=44&_HLS_part=4"));
  const plain = air.answer("video.m3u8");
  assert.equal(air.answer(`video.m3u8?_HLS_msn=${last}`)?.body, plain?.body);
  assert.equal(
    air.answer("video.m3u8?_HLS_msn=1")?.body,
    plain?.body,
    "a stale one is answered at once",
  );
  assert.equal(air.answer("video.m3u8?_HLS_msn=44&_HLS_part=3")?.body, plain?.body);
  assert.equal(await stateOf(held[0] ?? assert.fail()), "held");
  air.publish("config", 2000);
  const answers = await Promise.all(held);
  assert.equal(new Set(answers.map((answer) => answer?.body)).size, 1);
  assert.match(answers[0]?.cacheControl ?? "", /^public, max-age=12$/);
  assert.match(plain?.cacheControl ?? "", /^public, max-age=1$/);
});

test("§6.2.5.2: a part beyond the last of its segment is the first of the next", async () => {
  const air = onAir(8000);
  assert.equal(await stateOf(air.held("video.m3u8?_HLS_msn=43&_HLS_part=10")), "held");
  const over = air.held("video.m3u8?_HLS_msn=43&_HLS_part=12");
  air.publish("config", 600);
  const text = Buffer.concat((await over)?.body ?? []).toString();
  assert.match(text, /\.0\.m4s",INDEPENDENT=YES\n(#EXT-X-PART:[^\n]+\n)*#EXT-X-PRELOAD/);
});

test("§6.2.5.2: what is too far ahead, or no number, or a part of no segment is a bad request, kept four targets", () => {
  const air = onAir(8900);
  for (const query of [
    "_HLS_part=1",
    "_HLS_msn=46",
    "_HLS_msn=-1",
    "_HLS_msn=x",
    "_HLS_msn=",
    "_HLS_msn=44&_HLS_part=1e3",
    "_HLS_msn=44&_HLS_part=18",
    "_HLS_msn=45&_HLS_part=15",
    "_HLS_msn=99999999999999999999",
  ]) {
    assert.throws(
      () => air.answer(`video.m3u8?${query}`),
      (error: unknown) =>
        error instanceof Fault && error.code === "invalid_request" && error.details["maxAge"] === 8,
      query,
    );
  }
  const many = ["_HLS_msn=44&_HLS_part=17", "_HLS_msn=45&_HLS_part=13", "_HLS_msn=45"];
  for (const query of many) assert.ok(air.window.route("video.m3u8", new URLSearchParams(query)));
});

test("§6.2.5.2: a wait ends after three targets with 503, when the viewer leaves, and when the broadcast ends", async () => {
  const air = onAir(8900);
  const late = air.held("video.m3u8?_HLS_msn=44");
  air.window.tick(millis(air.clock + 6000));
  await assert.rejects(late, { code: "unavailable" });
  const leaving = new AbortController();
  const left = air.held("audio.m3u8?_HLS_msn=44", leaving.signal);
  assert.equal(air.window.waiting, 1);
  leaving.abort();
  assert.equal(await left, undefined);
  assert.equal(air.window.waiting, 0);
  const atEnd = air.held("video.m3u8?_HLS_msn=45");
  air.end();
  assert.match(Buffer.concat((await atEnd)?.body ?? []).toString(), /#EXT-X-ENDLIST\n$/);
  assert.ok(air.answer("video.m3u8?_HLS_part=7"), "ignored once it has ended");
  const text = air.read("video.m3u8?_HLS_msn=99&_HLS_skip=YES");
  assert.doesNotMatch(text, /EXT-X-SKIP|PRELOAD-HINT|RENDITION-REPORT|EXT-X-PART:/);
});

test("§6.2.5.2: ordinary latency blocks by segments and lists no parts", async () => {
  const air = new OnAir();
  air.publish("start", 9000);
  const text = air.read("video.m3u8");
  assert.match(text, /CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6\n/);
  assert.doesNotMatch(text, /EXT-X-PART|PRELOAD/);
  assert.match(text, /#EXT-X-RENDITION-REPORT:URI="audio.m3u8",LAST-MSN=43\n/);
  const held = air.held("video.m3u8?_HLS_msn=44&_HLS_part=0");
  assert.equal(await stateOf(held), "held");
  air.publish("config", 2100);
  assert.ok(await held);
  assert.equal(air.answer("stt_1/1/13.4.m4s"), undefined, "nothing is hinted at");
});

test("§4.4.5.4: each playlist reports how far the other one is", () => {
  const air = onAir(8900);
  const [report] = lines(air, "audio.m3u8", "EXT-X-RENDITION-REPORT");
  assert.equal(report, '#EXT-X-RENDITION-REPORT:URI="video.m3u8",LAST-MSN=44,LAST-PART=3');
  const [rewinding] = lines(air, "audio.m3u8?dvr=1", "EXT-X-RENDITION-REPORT");
  assert.equal(rewinding, '#EXT-X-RENDITION-REPORT:URI="video.m3u8?dvr=1",LAST-MSN=44,LAST-PART=3');
});

test("§6.2.5.1: a delta update skips what is older than six targets, and says section and dates again", () => {
  const air = onAir(24_900);
  const full = playlistOf(air, "video.m3u8");
  const text = air.read("video.m3u8?_HLS_skip=YES");
  const skipped = Number(/#EXT-X-SKIP:SKIPPED-SEGMENTS=(\d+)/.exec(text)?.[1]);
  assert.equal(skipped, 2);
  assert.match(
    text,
    /SKIPPED-SEGMENTS=2\n#EXT-X-MAP:URI="stt_1\/1\/init.mp4"\n#EXT-X-PROGRAM-DATE/,
  );
  assert.match(text, new RegExp(`#EXT-X-MEDIA-SEQUENCE:${full.mediaSequence}\n`));
  const { entries } = playlistOf(air, "video.m3u8?_HLS_skip=YES", full);
  assert.deepEqual(entries, full.entries);
  const short = onAir(9000);
  assert.doesNotMatch(short.read("video.m3u8?_HLS_skip=YES"), /EXT-X-SKIP/, "nothing is that old");
});

test("§6.2.5.1, §8: with marks, date ranges are skipped too where a client can, and those removed are named; version 10", () => {
  const mark = (id: string, from: number, addedAt: number) => ({
    range: { id, from: millis(origin + from), duration: 0, class: "oxbow.marker" },
    addedAt: millis(origin + addedAt),
  });
  let removed: { id: string; at: ReturnType<typeof millis> }[] = [];
  const listeners: (() => void)[] = [];
  const ranges = [mark("mrk_old", 18_000, 2000), mark("mrk_new", 23_000, 23_000)];
  const air = new OnAir({
    ...LOW,
    markers: {
      dateRanges: () => ({ ranges, removed }),
      onChanged: (_, listener) => {
        listeners.push(listener);
        return () => {};
      },
    },
  });
  air.publish("start", 24_900);
  const ids = (path: string): string[] =>
    lines(air, path, "EXT-X-DATERANGE").map((line) => /ID="(\w+)"/.exec(line)?.[1] ?? "");
  assert.deepEqual(lines(air, "video.m3u8", "EXT-X-VERSION"), ["#EXT-X-VERSION:10"]);
  assert.deepEqual(ids("video.m3u8"), ["mrk_old", "mrk_new"]);
  assert.deepEqual(ids("video.m3u8?_HLS_skip=YES"), ["mrk_old", "mrk_new"]);
  assert.deepEqual(ids("video.m3u8?_HLS_skip=v2"), ["mrk_new"]);
  removed = [{ id: "mrk_gone", at: millis(origin + 20_000) }];
  for (const listener of listeners) listener();
  assert.match(
    air.read("video.m3u8?_HLS_skip=v2"),
    /#EXT-X-SKIP:SKIPPED-SEGMENTS=2,RECENTLY-REMOVED-DATERANGES="mrk_gone"\n/,
  );
});

test("§B.1: an audio playlist promises that each segment decodes alone; one of pictures can't", () => {
  const air = onAir(4000, {});
  assert.match(air.read("audio.m3u8"), /#EXT-X-INDEPENDENT-SEGMENTS\n/);
  assert.doesNotMatch(air.read("video.m3u8"), /INDEPENDENT-SEGMENTS/);
  const alone = new OnAir(LOW);
  alone.publish("start", 5000, 2000, [audio]);
  assert.doesNotMatch(alone.read("audio.m3u8"), /RENDITION-REPORT/);
});

test("versions have validators of their own, and are compressed once", async () => {
  const air = onAir(8900);
  const first = air.answer("video.m3u8");
  assert.match(first?.etag ?? "", /^"[\w.]+"$/);
  assert.equal(await first?.gzip?.(), await air.answer("video.m3u8?_HLS_msn=43")?.gzip?.());
  air.publish("config", 300);
  assert.notEqual(air.answer("video.m3u8")?.etag, first?.etag);
  const segment = air.answer("stt_1/1/9.m4s");
  assert.deepEqual([segment?.etag, segment?.gzip], ['"stt_1/1/9.m4s"', undefined]);
});
