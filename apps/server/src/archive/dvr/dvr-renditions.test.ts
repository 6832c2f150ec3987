import assert from "node:assert/strict";
import { plus } from "@oxbow/media";
import * as hls from "hls-parser";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive, Recorder } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import type { ArchiveStore } from "../archive-store.ts";
import {
  AUDIO,
  framesOf,
  type MediaShape,
  type Sender,
  SMALL,
  STEREO,
  sender,
  smaller,
  T0,
} from "../media-for-tests.ts";

hls.setOptions({ strictMode: true });
const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };
const SMALLER = "video-360p.m3u8";

async function text(archive: Archive, path: string, to?: number, more = ""): Promise<string> {
  const query = `from=${T0}${to === undefined ? "" : `&to=${T0 + to}`}${more}`;
  const answer = await archive.dvrRoute(STREAM, path, new URLSearchParams(query));
  return answer === undefined ? "" : Buffer.concat(answer.body).toString();
}

function parse(playlist: string): hls.types.MediaPlaylist {
  const parsed = hls.parse(playlist);
  assert.ok(parsed instanceof hls.types.MediaPlaylist);
  return parsed;
}

type Made = {
  readonly recorder: Recorder;
  send(fromMs: number, toMs: number): void;
  sender: Sender;
};

/** Sends media of 360p, each piece as a stretch of its own that begins with the source's segment of that time. */
function maker(archive: Archive, tracks = [SMALL, AUDIO], rendition = "360p"): Made {
  const recorder = archive.record(STREAM, "brd_1", { rendition });
  const names = { ...NAMES, rendition };
  return {
    recorder,
    sender: sender(names, recorder),
    send(fromMs, toMs) {
      const media = sender({ ...names, firstSegment: fromMs / 2000 }, recorder);
      media.send(fromMs === 0 ? "start" : "restart", { fromMs, toMs, tracks });
    },
  };
}

/** What all playlists of a range have to say alike (rfc8216bis §6.2.4). */
const agreed = (playlist: string): unknown[] => {
  const { targetDuration, mediaSequenceBase, discontinuitySequenceBase, segments } =
    parse(playlist);
  return [
    [targetDuration, mediaSequenceBase, discontinuitySequenceBase],
    ...segments.map(({ duration, programDateTime, mediaSequenceNumber, discontinuity }) => [
      duration,
      programDateTime?.toISOString(),
      mediaSequenceNumber,
      discontinuity,
    ]),
  ];
};

/** The stretches and numbers that are listed, `gap` for what is missing. */
function listed(playlist: string): string[] {
  const stretches: string[] = [];
  return parse(playlist).segments.map(({ uri, gap, map }) => {
    if (gap) return "gap";
    const [stretch = "", , number = ""] = uri.split("/");
    assert.ok(map?.uri.startsWith(`${stretch}/`), "it has its own initialization section");
    if (!stretches.includes(stretch)) stretches.push(stretch);
    return `${"abc"[stretches.indexOf(stretch)]}${number.replace(".m4s", "")}`;
  });
}

test("rfc8216bis §6.2.4: a rendition's playlist is the source's, entry for entry, with gaps where it was not made", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const source = sender(NAMES, recorder);
  source.send("start", { fromMs: 0, toMs: 12_000 });
  source.send("reconnect", { fromMs: 16_000, toMs: 20_000 });
  await recorder.close();
  const made = maker(archive);
  made.send(2000, 6000);
  made.send(8000, 12_000);
  const again = sender({ ...NAMES, rendition: "360p", firstSegment: 6 }, made.recorder);
  again.send("reconnect", { fromMs: 16_000, toMs: 20_000, tracks: [SMALL, AUDIO] });
  await made.recorder.close();
  for (const to of [20_000, undefined]) {
    const video = await text(archive, "video.m3u8", to);
    const small = await text(archive, SMALLER, to);
    assert.deepEqual(agreed(small), agreed(video));
    const lost = to === undefined ? ["gap", "gap"] : [];
    assert.deepEqual(listed(small), ["gap", "a1", "a2", "gap", "b4", "b5", ...lost, "c6", "c7"]);
    const tags = small.split("\n").filter((line) => /^#EXT-X-(MAP|DISCON.*Y$)/.test(line));
    assert.equal(tags.filter((line) => line.includes("MAP")).length, 3);
    assert.equal(tags.filter((line) => line.includes("DISCONTINUITY")).length, 1);
  }
  for (const line of (await text(archive, SMALLER, 20_000)).split("\n")) {
    if (!/^stt_\w+\/1\/\d+\.m4s$/.test(line)) continue;
    assert.ok(await archive.dvrRoute(STREAM, line, new URLSearchParams()));
  }
  const middle = parse(await text(archive, SMALLER, 20_000, "")).segments;
  assert.equal(middle.length, 8);
  const part = await archive.dvrRoute(
    STREAM,
    SMALLER,
    new URLSearchParams(`from=${T0 + 9000}&to=${T0 + 11_000}`),
  );
  assert.deepEqual(listed(Buffer.concat(part?.body ?? []).toString()), ["a4", "a5"]);
});

test("the multivariant playlist names what was made of the range, the tallest first", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 8000 });
  await recorder.close();
  assert.doesNotMatch(await text(archive, "index.m3u8", 8000), /360p/);
  assert.equal(await text(archive, SMALLER, 8000), "");
  assert.equal(await text(archive, "audio-aac.m3u8", 8000), "");
  const tall = maker(archive, [SMALL, AUDIO], "tall");
  const made = maker(archive, [smaller(180), AUDIO], "180p");
  tall.send(0, 8000);
  made.send(4000, 8000);
  await Promise.all([tall.recorder.close(), made.recorder.close()]);
  const index = hls.parse(await text(archive, "index.m3u8", 8000));
  assert.ok(index instanceof hls.types.MasterPlaylist);
  assert.deepEqual(
    index.variants
      .filter(({ isIFrameOnly }) => !isIFrameOnly)
      .map(({ uri, resolution, codecs, audio }) => [
        uri.split("?")[0],
        resolution?.height,
        codecs,
        audio.map(({ groupId }) => groupId),
      ]),
    [
      ["video.m3u8", 720, "avc1.64001f,mp4a.40.2", ["audio"]],
      ["video-tall.m3u8", 360, "avc1.64001e,mp4a.40.2", ["audio"]],
      ["video-180p.m3u8", 180, "avc1.64001e,mp4a.40.2", ["audio"]],
    ],
  );
  for (const { bandwidth, averageBandwidth = 0 } of index.variants) {
    assert.ok(bandwidth >= averageBandwidth && averageBandwidth > 1);
  }
});

test("sound that was normalised is offered to the renditions, and the source keeps its own", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  sender(NAMES, recorder).send("start", { fromMs: 0, toMs: 8000 });
  await recorder.close();
  const made = maker(archive, [SMALL, STEREO]);
  made.send(0, 4000);
  made.send(6000, 8000);
  await made.recorder.close();
  const index = await text(archive, "index.m3u8", 8000);
  hls.parse(index);
  assert.match(index, /GROUP-ID="aac".*CHANNELS="2",URI="audio-aac\.m3u8\?from=/);
  assert.match(index, /CODECS="avc1\.64001e,mp4a\.40\.5".*AUDIO="aac"\nvideo-360p\.m3u8/);
  assert.match(index, /CODECS="avc1\.64001f,mp4a\.40\.2".*AUDIO="audio"\nvideo\.m3u8/);
  const sound = await text(archive, "audio-aac.m3u8", 8000);
  assert.deepEqual(listed(sound), ["a0", "a1", "gap", "b3"]);
  assert.match(sound, /stt_\w+\/2\/0\.m4s/);
  assert.deepEqual(agreed(sound), agreed(await text(archive, "audio.m3u8", 8000)));
});

/** Sends pieces of a stretch, of which each is sealed before `seen`. */
async function slowly(
  { recorder, sender: media }: Pick<Made, "recorder" | "sender">,
  shape: MediaShape,
  seen: (piece: number) => Promise<void>,
): Promise<void> {
  let pieces = 0;
  await media.sendSlowly("start", shape, 77, async () => {
    await recorder.sealed();
    await seen(pieces++);
  });
}

test("a rendition that trails ends its running playlist earlier, and what it lost is a gap at once", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const source = { recorder, sender: sender(NAMES, recorder) };
  const made = maker(archive);
  const seen: string[] = [];
  const counts: number[] = [];
  await slowly(source, { fromMs: 0, toMs: 4100 }, async () => {});
  await slowly(made, { fromMs: 0, toMs: 2100, tracks: [SMALL, AUDIO] }, async () => {});
  const look = async (): Promise<void> => {
    const video = agreed(await text(archive, "video.m3u8"));
    const small = await text(archive, SMALLER);
    assert.deepEqual(agreed(small), video.slice(0, agreed(small).length));
    seen.push(small);
    counts.push(video.length - agreed(small).length);
  };
  await look();
  assert.deepEqual([listed(seen.at(-1) ?? ""), counts], [["a0"], [1]]);
  const held = archive.dvrRoute(STREAM, SMALLER, new URLSearchParams(`from=${T0}&_HLS_msn=1`));
  made.sender.interrupt();
  await made.recorder.sealed();
  const answer = await held;
  // Its second segment broke off after a tenth of it.
  assert.deepEqual(listed(Buffer.concat(answer?.body ?? []).toString()), ["a0", "gap"]);
  made.recorder.lost();
  await made.recorder.sealed();
  source.sender.interrupt();
  source.sender.send("config", { fromMs: 4100, toMs: 8100 });
  await recorder.sealed();
  await look();
  assert.equal(counts.at(-1), 0);
  const back = sender({ ...NAMES, rendition: "360p", firstSegment: 3 }, made.recorder);
  back.send("restart", { fromMs: 4100, toMs: 8100, tracks: [SMALL, AUDIO] });
  await recorder.close();
  const ended = parse(await text(archive, "video.m3u8"));
  assert.equal(ended.endlist, true);
  await made.recorder.close();
  await look();
  const last = seen.at(-1) ?? "";
  assert.equal(parse(last).endlist, true);
  for (const each of seen.slice(0, -1)) assert.ok(last.startsWith(each), "it only grows");
});

test("a range that is over is told at once, whatever a rendition still lacks of it, and stays as it is", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const source = { recorder, sender: sender(NAMES, recorder) };
  const made = maker(archive);
  await slowly(source, { fromMs: 0, toMs: 8100 }, async () => {});
  await slowly(made, { fromMs: 0, toMs: 4100, tracks: [SMALL, AUDIO] }, async () => {});
  const before = await text(archive, SMALLER, 7000);
  assert.match(before, /PLAYLIST-TYPE:VOD\n/);
  assert.deepEqual(listed(before), ["a0", "a1", "gap", "gap"]);
  const sent = framesOf({ fromMs: 0, toMs: 4100 }).length;
  for (const frame of framesOf({ fromMs: 0, toMs: 8100 }).slice(sent)) made.sender.frame(frame);
  await made.recorder.sealed();
  assert.equal(await text(archive, SMALLER, 7000), before);
  await Promise.all([recorder.close(), made.recorder.close()]);
  // Who asks for another range after that is told all.
  assert.deepEqual(listed(await text(archive, SMALLER, 6999)), ["a0", "a1", "a2", "a3"]);
});

test("files are looked up once for all renditions of a range, and not again for a new segment", async ({
  again,
  rows,
}) => {
  let lookups = 0;
  const store: ArchiveStore = {
    ...rows,
    stretchesIn: (query) => {
      lookups += 1;
      return rows.stretchesIn(query);
    },
  };
  const archive = await again({ store });
  const recorder = archive.record(STREAM, "brd_1");
  const source = { recorder, sender: sender(NAMES, recorder) };
  const ladder = ["720p", "480p", "360p"].map((name) => maker(archive, [SMALL, AUDIO], name));
  const nothing = async (): Promise<void> => {};
  await slowly(source, { fromMs: 0, toMs: 4100 }, nothing);
  for (const made of ladder) {
    await slowly(made, { fromMs: 0, toMs: 4100, tracks: [SMALL, AUDIO] }, nothing);
  }
  const names = ["index", "video", "audio", "video-720p", "video-480p", "video-360p"];
  const look = () => Promise.all(names.map((name) => text(archive, `${name}.m3u8`)));
  const before = await look();
  assert.equal(lookups, 1);
  for (const { sender: media } of [source, ...ladder]) {
    for (const frame of framesOf({ fromMs: 4100, toMs: 8200 })) media.frame(frame);
  }
  await Promise.all([source, ...ladder].map((each) => each.recorder.sealed()));
  const after = await look();
  assert.ok(names.every((_, at) => (after[at]?.length ?? 0) >= (before[at]?.length ?? 0)));
  assert.ok((after[5]?.length ?? 0) > (before[5]?.length ?? 0));
  assert.equal(lookups, 1);
  for (const { recorder: each } of [source, ...ladder]) await each.close();
});
