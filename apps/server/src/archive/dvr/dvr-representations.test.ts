import assert from "node:assert/strict";
import { faultsOf } from "../../../../../fixtures/check-mpd.ts";
import { archiveStore, openStore } from "../../store/index.ts";
import type { Archive } from "../archive-door.ts";
import { archiveTest } from "../archive-for-tests.ts";
import { AUDIO, SMALL, STEREO, sender, T0 } from "../media-for-tests.ts";
import { follow, NAMES, record, STREAM } from "../renditions-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });

async function manifest(archive: Archive, query: string): Promise<string> {
  const answer = await archive.dvrRoute(STREAM, "manifest.mpd", new URLSearchParams(query));
  assert.ok(answer);
  const text = Buffer.concat(answer.body).toString();
  assert.deepEqual(faultsOf(text), []);
  return text;
}

type Shown = { readonly period: string; readonly representations: readonly string[] };

/** What each period begins with, and for each representation its id, first number and segments. */
function shape(text: string): Shown[] {
  const stretches: string[] = [];
  const name = (id: string): string => {
    if (!stretches.includes(id)) stretches.push(id);
    return "abcdef"[stretches.indexOf(id)] ?? "";
  };
  return [...text.matchAll(/<Period id="(stt_\w+)-(\d+)"[^>]*>(.*?)<\/Period>/gs)].map(
    ([, stretch = "", number = "", body = ""]) => ({
      period: `${name(stretch)}${number}${body.includes("period-continuity") ? " goes on" : ""}`,
      representations: [...body.matchAll(/<AdaptationSet .*?<\/AdaptationSet>/gs)].flatMap(
        ([set]) => representationsOf(set).map((one) => one.replace(/stt_\w+/, name)),
      ),
    }),
  );
}

function representationsOf(set: string): string[] {
  const shared = templateOf(set.slice(0, set.indexOf("<Representation ")));
  const all = set.matchAll(/<Representation id="([^"]+)"[^>]*?(?:\/>|>(.*?)<\/Representation>)/gs);
  return [...all].map(([, id = "", body = ""]) => {
    const { media, first, count } = templateOf(body) ?? shared ?? { media: "", first: 0, count: 0 };
    return `${id}: ${media.replace("$RepresentationID$", id)} ${first}+${count}`;
  });
}

function templateOf(body: string) {
  const [, media, first] =
    /media="([^"]+)\/\$Number\$.m4s" startNumber="(\d+)"/.exec(
      body.replace(/(startNumber="\d+") (initialization="[^"]*") (media="[^"]*")/, "$3 $1"),
    ) ?? [];
  if (media === undefined) return undefined;
  const count = [...body.matchAll(/<S [^>]*?(?:r="(\d+)")?\/>/g)].reduce(
    (sum, [, repeats]) => sum + 1 + Number(repeats ?? 0),
    0,
  );
  return { media, first: Number(first), count };
}

test("a finished range has a representation for each rendition, and a period wherever one comes or goes", async ({
  archive,
}) => {
  await record(archive, { fromMs: 0, toMs: 12_000 });
  await follow(archive, { fromMs: 2000, toMs: 6000 }, { fromMs: 6000, toMs: 8000 });
  const text = await manifest(archive, `from=${T0}&to=${T0 + 12_000}`);
  assert.deepEqual(shape(text), [
    { period: "a0", representations: ["1: a/1 0+1", "2: a/2 0+1"] },
    { period: "a1 goes on", representations: ["1: a/1 1+2", "video-360p: b/1 1+2", "2: a/2 1+2"] },
    { period: "a3 goes on", representations: ["1: a/1 3+1", "video-360p: c/1 3+1", "2: a/2 3+1"] },
    { period: "a4 goes on", representations: ["1: a/1 4+2", "2: a/2 4+2"] },
  ]);
  assert.match(
    text,
    /<Representation id="video-360p" bandwidth="\d+" codecs="avc1.64001e" width="640" height="360"[^>]* frameRate="30"/,
  );
});

test("sound that was normalised is an adaptation set of its own", async ({ archive }) => {
  await record(archive, { fromMs: 0, toMs: 4000 });
  const recorder = archive.record(STREAM, "brd_1", { rendition: "360p" });
  const media = sender({ ...NAMES, rendition: "360p" }, recorder);
  media.send("start", { fromMs: 0, toMs: 4000, tracks: [SMALL, STEREO] });
  await recorder.close();
  const text = await manifest(archive, `from=${T0}&to=${T0 + 4000}`);
  assert.deepEqual(shape(text)[0]?.representations, [
    "1: a/1 0+2",
    "video-360p: b/1 0+2",
    "2: a/2 0+2",
    "audio-aac: b/2 0+2",
  ]);
  assert.match(text, /<AdaptationSet id="3" contentType="audio".*?value="alternate"/s);
});

test("in a range that runs a rendition may end before its source, and both keep their periods", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const source = sender(NAMES, recorder);
  const made = archive.record(STREAM, "brd_1", { rendition: "360p" });
  const small = sender({ ...NAMES, rendition: "360p" }, made);
  const nothing = async (): Promise<void> => {};
  await small.sendSlowly("start", { fromMs: 0, toMs: 2500, tracks: [SMALL, AUDIO] }, 1e9, nothing);
  await source.sendSlowly("start", { fromMs: 0, toMs: 4500 }, 1e9, nothing);
  await Promise.all([recorder.sealed(), made.sealed()]);
  const query = `from=${T0 - 1000}`;
  const running = shape(await manifest(archive, query));
  assert.deepEqual(running, [
    { period: "a0", representations: ["1: a/1 0+2", "video-360p: b/1 0+1", "2: a/2 0+2"] },
  ]);
  small.interrupt();
  await made.sealed();
  made.lost();
  await made.sealed();
  const lost = shape(await manifest(archive, query));
  assert.deepEqual(lost, [
    { period: "a0", representations: ["1: a/1 0+1", "video-360p: b/1 0+1", "2: a/2 0+1"] },
    { period: "a1 goes on", representations: ["1: a/1 1+1", "2: a/2 1+1"] },
  ]);
  source.interrupt();
  await Promise.all([recorder.close(), made.close()]);
  const ended = await manifest(archive, query);
  assert.match(ended, / type="dynamic" mediaPresentationDuration=/);
  assert.deepEqual(
    shape(ended).map(({ period }) => period),
    lost.map(({ period }) => period),
  );
});
