import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { plus } from "@oxbow/media";
import * as hls from "hls-parser";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive, DvrAnswer, Recorder } from "../archive-door.ts";
import { archiveTest, type OnArchive } from "../archive-for-tests.ts";
import { type Sender, sender, T0 } from "../media-for-tests.ts";
import type { DvrMarkers, DvrMarks } from "./dvr-markers.ts";

hls.setOptions({ strictMode: true });
const test = archiveTest({ openStore, archiveStore });
type On = OnArchive<Awaited<ReturnType<typeof openStore>>>;
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };
const KINDS = ["video", "audio", "iframes"] as const;

async function get(
  archive: Archive,
  path: string,
  query: string,
  gone?: AbortSignal,
): Promise<DvrAnswer> {
  const answer = await archive.dvrRoute(STREAM, path, new URLSearchParams(query), gone);
  assert.ok(answer, path);
  return answer;
}

async function text(archive: Archive, path = "video.m3u8", more = ""): Promise<string> {
  const answer = await get(archive, path, `from=${T0}${more}`);
  return Buffer.concat(answer.body).toString();
}

function parse(playlist: string): hls.types.MediaPlaylist {
  const parsed = hls.parse(playlist);
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  return parsed;
}

/** Says that the broadcast is on air, as the database does. */
async function onAir(store: On["store"], to: number | null = null): Promise<void> {
  await store.relaxed(async (tx) => {
    await tx.deleteFrom("broadcasts").execute();
    const times = { from_ms: T0, to_ms: to, origin_ms: T0, created_at: T0 };
    const lists = { sessions: "[]", gaps: "[]", end_reason: null };
    const row = { id: "brd_1", stream_id: "str_1", state: to === null ? "live" : "ended" };
    await tx
      .insertInto("broadcasts")
      .values({ ...row, ...times, ...lists })
      .execute();
  });
}

async function feed(
  recorder: Recorder,
  media: Sender,
  [fromMs, toMs]: readonly [number, number],
  seen: () => Promise<void>,
): Promise<void> {
  const reason = fromMs === 0 ? "start" : "reconnect";
  let sent = 0;
  await media.sendSlowly(reason, { fromMs, toMs }, 78, async () => {
    await recorder.sealed();
    sent += 1;
    if (sent > 3 || fromMs > 0) await seen();
  });
  media.interrupt();
  await recorder.sealed();
}

const lines = (playlist: string): string[] => playlist.trim().split("\n");
const entriesOf = (playlist: string): string[] =>
  lines(playlist).filter((line) => /^(#EXT-X-(GAP|DISCON|MAP)|#EXTINF|[^#])/.test(line));

test("rfc8216bis §6.2.1: a running EVENT only appends, tells gaps in time, keeps its target, and ends", async ({
  archive,
  world,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  const seen = new Map<string, string[]>(KINDS.map((kind) => [kind, []]));
  const look = async (): Promise<void> => {
    for (const kind of KINDS) seen.get(kind)?.push(await text(archive, `${kind}.m3u8`));
  };
  await feed(recorder, media, [0, 9000], look);
  for (world.time = plus(T0, 9000); world.time < T0 + 16_000; world.time = plus(world.time, 700)) {
    await look();
  }
  await feed(recorder, media, [16_000, 22_000], look);
  // It is lost once more, and does not come back.
  for (
    world.time = plus(T0, 22_000);
    world.time < T0 + 27_000;
    world.time = plus(world.time, 700)
  ) {
    await look();
  }
  await recorder.close();
  await look();
  for (const [kind, playlists] of seen) {
    const last = playlists.at(-1) ?? "";
    const head = lines(last).filter((line) => /TARGET|VERSION|TYPE|SEQUENCE|CONTROL/.test(line));
    assert.deepEqual(head, [
      "#EXT-X-VERSION:10",
      "#EXT-X-TARGETDURATION:2",
      "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,CAN-SKIP-DATERANGES=YES,HOLD-BACK=6",
      "#EXT-X-MEDIA-SEQUENCE:0",
      "#EXT-X-DISCONTINUITY-SEQUENCE:0",
      "#EXT-X-PLAYLIST-TYPE:EVENT",
    ]);
    assert.equal(lines(last).includes("#EXT-X-I-FRAMES-ONLY"), kind === "iframes");
    for (const playlist of playlists.slice(0, -1)) {
      assert.ok(last.startsWith(playlist), `${kind} only grows`);
      assert.ok(!playlist.includes("ENDLIST"));
    }
    assert.ok(last.endsWith("#EXT-X-ENDLIST\n"));
    const { segments } = parse(last);
    assert.deepEqual(
      segments.map(({ gap, discontinuity }) => (gap ? "gap" : discontinuity ? "again" : "media")),
      [
        ...Array<string>(5).fill("media"),
        ...Array<string>(4).fill("gap"),
        ...["again", "media", "media", "gap", "gap"],
      ],
    );
    const ends = (segments.at(-1)?.programDateTime?.getTime() ?? 0) + 2000;
    const told = segments.reduce((sum, { duration }) => sum + duration, 0);
    assert.ok(Math.abs(ends - T0 - told * 1000) < 1, `${told} s are told up to ${ends}`);
  }
});

test("rfc8216bis §6.2.5.1: a delta update, put on what its reader has, is the whole playlist", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  let before = "";
  let deltas = 0;
  const look = async (): Promise<void> => {
    const whole = await text(archive);
    for (const skip of ["YES", "v2"]) {
      const delta = await text(archive, "video.m3u8", `&_HLS_skip=${skip}`);
      const skipped = Number(/SKIPPED-SEGMENTS=(\d+)/.exec(delta)?.[1] ?? 0);
      if (skipped === 0) assert.equal(delta, whole);
      else {
        deltas += 1;
        parse(delta);
        const has = parse(before).segments.map(({ uri }) => uri);
        const gets = parse(whole).segments.map(({ uri }) => uri);
        const told = entriesOf(delta).filter((line) => !line.startsWith("#"));
        assert.deepEqual([...has.slice(0, skipped), ...told], gets);
        const kept = told.length * 2;
        assert.ok(kept >= 12 && kept <= 14, `${kept} s are told anew`);
        assert.match(
          delta,
          /SKIPPED-SEGMENTS=\d+(,RECENTLY-REMOVED-DATERANGES="")?\n#EXT-X-(DISCONTINUITY\n#EXT-X-)?MAP/,
        );
        assert.ok(delta.length < whole.length);
      }
    }
    before = whole;
  };
  await feed(recorder, media, [0, 40_000], look);
  assert.ok(deltas > 10);
  await recorder.close();
  assert.ok(!(await text(archive, "video.m3u8", "&_HLS_skip=YES")).includes("EXT-X-SKIP"));
});

test(
  "rfc8216bis §6.2.5.2: an answer is held until the segment is there, and for three targets at most",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    media.send("start", { fromMs: 0, toMs: 6000 });
    await recorder.sealed();
    const ask = (more: string, gone?: AbortSignal) =>
      get(archive, "video.m3u8", `from=${T0}&${more}`, gone);
    await assert.rejects(ask("_HLS_part=0"), { code: "invalid_request", field: "_HLS_part" });
    await assert.rejects(ask("_HLS_msn=5"), { code: "invalid_request", field: "_HLS_msn" });
    await assert.rejects(ask("_HLS_msn=x"), { code: "invalid_request", field: "_HLS_msn" });
    assert.ok(await ask("_HLS_msn=2"));
    await assert.rejects(ask("_HLS_msn=3"), { code: "unavailable" });
    const gone = new AbortController();
    const left = archive.dvrRoute(
      STREAM,
      "video.m3u8",
      new URLSearchParams(`from=${T0}&_HLS_msn=3`),
      gone.signal,
    );
    gone.abort();
    assert.equal(await left, undefined);
    const held = [ask("_HLS_msn=3"), ask("_HLS_msn=3"), ask("_HLS_msn=4")];
    media.send("config", { fromMs: 6000, toMs: 10_000 });
    const [one, two, three] = await Promise.all(held);
    assert.equal(one?.body, two?.body);
    assert.equal(one?.cacheControl, "public, max-age=12");
    const listed = Buffer.concat(three?.body ?? []).toString();
    assert.equal(parse(listed).segments.length, 5);
    const last = ask("_HLS_msn=5");
    await recorder.close();
    assert.match(Buffer.concat((await last).body).toString(), /ENDLIST\n$/);
    assert.ok(await ask("_HLS_msn=99"), "ignored once it is over");
  },
  { limits: { heldTargets: 0.1 } },
);

test("the end is told as soon as the broadcast is over, also where another process recorded it", async ({
  archive,
  again,
  store,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 6000 });
  await onAir(store);
  await recorder.close();
  const other = await again();
  for (const one of [archive, other]) assert.ok(!(await text(one)).includes("ENDLIST"));
  await onAir(store, T0 + 6000);
  for (const one of [archive, other]) {
    const held = get(one, "video.m3u8", `from=${T0}&_HLS_msn=3`);
    one.ended(STREAM.id);
    assert.match(Buffer.concat((await held).body).toString(), /ENDLIST\n$/);
    assert.match(await text(one), /ENDLIST\n$/);
  }
});

test(
  "rfc8216bis §6.2.2: retention takes nothing out of an EVENT; who begins to play is told where media is",
  async ({ archive, again, store }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    await onAir(store);
    media.send("start", { fromMs: 0, toMs: 12_000 });
    await recorder.sealed();
    const before = await text(archive);
    const [first] = parse(before).segments;
    assert.ok(await get(archive, first?.uri ?? "", ""));
    await archive.remove(STREAM, T0, plus(T0, 4500));
    assert.equal(await text(archive), before);
    await assert.rejects(get(archive, first?.uri ?? "", ""), { code: "range_evicted" });
    const index = await text(archive, "index.m3u8");
    assert.match(index, new RegExp(`video\\.m3u8\\?from=${T0 + 4000}\n`));
    const fresh = await get(archive, "video.m3u8", `from=${T0 + 4000}`);
    const listed = parse(Buffer.concat(fresh.body).toString());
    assert.equal(listed.mediaSequenceBase, 2);
    assert.equal(listed.segments.length, 4);
    // After a restart nobody knows of what went: the numbers of what is left stay.
    const restarted = parse(await text(await again()));
    assert.deepEqual(
      restarted.segments.map(({ uri, mediaSequenceNumber: at }) => [uri, at]),
      parse(before)
        .segments.slice(2)
        .map(({ uri, mediaSequenceNumber: at }) => [uri, at]),
    );
    await recorder.close();
  },
  { limits: { fileMs: 4500 } },
);

test("a playlist has a tag of its bytes, comes compressed, and may be kept as its kind allows", async ({
  archive,
  world,
  store,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  await onAir(store);
  media.send("start", { fromMs: 0, toMs: 8000 });
  await recorder.sealed();
  const query = `from=${T0}`;
  const one = await get(archive, "video.m3u8", query);
  const same = await get(archive, "video.m3u8", query);
  assert.equal(one.etag, same.etag);
  assert.equal(await one.gzip?.(), await same.gzip?.());
  assert.deepEqual(gunzipSync((await one.gzip?.()) ?? new Uint8Array()), Buffer.concat(one.body));
  assert.equal(one.cacheControl, "public, max-age=1");
  world.time = plus(T0, 20_000);
  const later = await get(archive, "video.m3u8", query);
  assert.notEqual(later.etag, one.etag);
  await onAir(store, T0 + 8000);
  await recorder.close();
  const over = await get(archive, "video.m3u8", query);
  assert.equal(over.cacheControl, "public, max-age=300, must-revalidate");
});

test(
  "a range is as long as a playlist may be, and no longer",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    media.send("start", { fromMs: 0, toMs: 12_000 });
    await recorder.sealed();
    await assert.rejects(text(archive, "video.m3u8", `&to=${T0 + 8001}`), {
      code: "range_invalid",
      field: "to",
    });
    const listed = parse(await text(archive));
    assert.equal(listed.endlist, true);
    assert.equal(listed.segments.length, 4);
    await recorder.close();
  },
  { limits: { playlistMs: 8000 } },
);

test(
  "segments that the disk did not take are gaps of their stretch, and its clock goes on",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const media = sender(NAMES, recorder);
    const shape = { fromMs: 0, toMs: 40_000, pictureBytes: 1000 };
    await media.sendSlowly("start", shape, 308, () => recorder.sealed());
    media.interrupt();
    await recorder.close();
    const { segments } = parse(await text(archive));
    const numbers = segments.map(({ mediaSequenceNumber: at }) => at);
    assert.deepEqual(numbers, [...segments.keys()]);
    assert.match(await text(archive), /EXT-X-GAP/);
    const sum = segments.reduce((seconds, { duration }) => seconds + duration, 0);
    assert.ok(segments.some(({ gap }) => gap));
    assert.ok(segments.every(({ discontinuity }) => !discontinuity));
    assert.ok(Math.abs(sum - 38.5) < 0.01, `${sum} s`);
    // The numbers that were written down with the files say the same.
    const parsed = await Promise.all(
      [8, 24].map(async (at) => {
        const { body } = await get(archive, "video.m3u8", `from=${T0 + at * 1000}`);
        return parse(Buffer.concat(body).toString()).segments[0];
      }),
    );
    for (const segment of parsed) {
      const same = segments.find(({ uri }) => uri === segment?.uri);
      assert.equal(segment?.mediaSequenceNumber, same?.mediaSequenceNumber);
    }
  },
  { limits: { queueBytes: 90_000 } },
);

test("rfc8216bis §4.4.5.1, §6.2.5.1: markers are date ranges, and a reader who keeps them is told what is new", async ({
  again,
  world,
}) => {
  let marks: DvrMarks = { ranges: [], removed: [] };
  let changed: (stream: string) => void = assert.fail;
  const markers: DvrMarkers = {
    of: async () => marks,
    watch: (watcher) => {
      changed = watcher;
      return () => {};
    },
  };
  const archive = await again({ markers });
  const recorder = archive.record(STREAM, "brd_1");
  const media = sender(NAMES, recorder);
  await media.sendSlowly("start", { fromMs: 0, toMs: 30_000 }, 1e9, async () => {});
  await recorder.sealed();
  const at = (id: string, ms: number, addedAt: number) => ({
    range: { id, class: "oxbow.marker", from: plus(T0, ms), duration: 0, facts: { "X-LABEL": id } },
    addedAt: plus(T0, addedAt),
  });
  const ids = (playlist: string): string[] =>
    [...playlist.matchAll(/DATERANGE:ID="(?<id>\w+)"/g)].map(({ groups }) => groups?.["id"] ?? "");
  world.time = plus(T0, 30_000);
  const before = await text(archive);
  assert.deepEqual(ids(before), []);
  marks = { ranges: [at("mrk_1", 1000, 2000), at("mrk_2", 25_000, 25_000)], removed: [] };
  changed(STREAM.id);
  const whole = await text(archive);
  parse(whole);
  assert.match(
    whole,
    /DATERANGE:ID="mrk_2",CLASS="oxbow.marker",START-DATE="2023-11-14T22:13:45.000Z",DURATION=0,X-LABEL="mrk_2"/,
  );
  assert.deepEqual(ids(await text(archive, "video.m3u8", "&_HLS_skip=YES")), ["mrk_1", "mrk_2"]);
  assert.deepEqual(ids(await text(archive, "video.m3u8", "&_HLS_skip=v2")), ["mrk_2"]);
  const part = await get(archive, "video.m3u8", `from=${T0 + 4000}`);
  assert.deepEqual(ids(Buffer.concat(part.body).toString()), ["mrk_2"]);
  marks = {
    ...marks,
    ranges: marks.ranges.slice(1),
    removed: [{ id: "mrk_1", at: plus(T0, 29_000) }],
  };
  changed(STREAM.id);
  const delta = await text(archive, "video.m3u8", "&_HLS_skip=v2");
  assert.match(delta, /RECENTLY-REMOVED-DATERANGES="mrk_1"/);
  await recorder.close();
  marks = { ...marks, removed: [], ranges: [...marks.ranges, at("mrk_3", 9000, 40_000)] };
  changed(STREAM.id);
  assert.deepEqual(ids(await text(archive)), ["mrk_2", "mrk_3"], "also of what is over");
});
