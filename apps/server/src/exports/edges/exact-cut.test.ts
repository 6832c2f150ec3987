import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readMovie } from "@oxbow/containers";
import { type AvcSps, parseAvcSps, plus, readAvcRecord } from "@oxbow/media";
import { type Clip, type Placed, resolveClips } from "../clip-for-tests.ts";
import { decodedSound, probe } from "../decode-for-tests.ts";
import { assertSame, ORIGIN, pictureTimes, refusal, soundAt } from "../plan/plan-for-tests.ts";
import {
  cutExactly,
  ENCODER,
  type EncodeOptions,
  encode,
  likeness,
  pictures,
} from "./edged-for-tests.ts";
import { prepareCopy } from "./prepare-copy.ts";

const folder = await mkdtemp(join(tmpdir(), "oxbow-exact-"));
after(() => rm(folder, { recursive: true, force: true }));

const clips = new Map<string, Promise<Clip>>();
function clip(options: EncodeOptions): Promise<Clip> {
  const key = JSON.stringify(options);
  const known = clips.get(key) ?? encode(folder, `clip-${clips.size}`, options);
  clips.set(key, known);
  return known;
}

/** Decodes a clip once for all tests. */
const sources = new Map<string, ReturnType<typeof pictures>>();
function sourceOf({ clip: { file } }: Placed): ReturnType<typeof pictures> {
  const known = sources.get(file) ?? pictures(file);
  sources.set(file, known);
  return known;
}

/** How many pictures at the head and at the tail are encoded anew. */
type Edges = readonly [head: number, tail: number];
type Case = readonly [
  name: string,
  options: EncodeOptions,
  range: readonly [from: number, to: number],
  edges: Edges,
];

const OPEN = ["-x264-params", "open-gop=1"];
const BASELINE = { seconds: 8, bframes: 0, encoder: ["-profile:v", "baseline"] };
const EVEN = ["-x264-params", "b-adapt=0"];
const UNEVEN = "select='not(mod(n,7))+not(mod(n,11))+lt(mod(n,90),4)'";
/** A clip of B pictures begins at 66.7 ms of its clock, by their delay, and has a keyframe every 2 s. */
const CASES: readonly Case[] = [
  ["B pictures, both ends inside groups", { seconds: 8 }, [1234, 6543], [24, 15]],
  ["B pictures that others refer to", { seconds: 8, bframes: 4 }, [1234, 6543], [24, 15]],
  ["no B pictures", { seconds: 8, bframes: 0 }, [1234, 6543], [23, 0]],
  ["both ends at keyframes", { seconds: 8 }, [2067, 6067], [0, 0]],
  ["an end where nothing is reordered", { seconds: 8 }, [2067, 6200], [0, 0]],
  ["a beginning right before a keyframe", { seconds: 8 }, [2033, 6067], [1, 0]],
  ["one group", { seconds: 8 }, [2400, 3333], [28, 0]],
  ["groups side by side", { seconds: 8 }, [1234, 3333], [62, 0]],
  ["29.97 a second", { seconds: 8, rate: "30000/1001" }, [1234, 6543], [25, 15]],
  ["groups that are open", { seconds: 8, encoder: OPEN }, [2400, 5000], [78, 0]],
  ["Baseline", BASELINE, [999, 5001], [30, 0]],
  ["uneven pictures", { seconds: 8, gop: 20, filter: UNEVEN }, [1234, 6543], [8, 0]],
];

for (const [name, options, [from, to], edges] of CASES) {
  test(`${name}: exactly the pictures of the range, each once, all but the edges untouched`, async () => {
    const placed: Placed = { clip: await clip(options), origin: ORIGIN };
    const { plan, file } = await cutExactly(folder, [placed], [from, to]);
    const shown = pictureTimes(placed).filter(isIn([from, to]));
    assert.equal(plan.cut.from, Math.round(shown[0] ?? 0));
    assertLike(await pictures(file), await wantedOf(placed, [from, to]), edges);
    await assertUnedited(file, shown, options.filter === undefined);
    const [source, sound] = [
      await decodedSound(placed.clip.file, "-ignore_editlist", "1"),
      await decodedSound(file),
    ];
    const at = Math.round(soundAt(placed, shown[0] ?? 0));
    const length = Math.min(sound.length, 48_000);
    assertSame(sound.subarray(0, length), source.subarray(at, at + length));
    assert.deepEqual(await left(), []);
  });
}

/** Whether a wall clock lies in a range, milliseconds after ORIGIN. */
function isIn([from, to]: readonly [from: number, to: number]): (time: number) => boolean {
  return (time) => Math.round(time) >= ORIGIN + from && Math.round(time) < ORIGIN + to;
}

/** The pictures of a clip that lie in a range, as they are decoded. */
async function wantedOf(
  placed: Placed,
  range: readonly [from: number, to: number],
): Promise<readonly Buffer[]> {
  const times = pictureTimes(placed);
  const all = await sourceOf(placed);
  return all.filter((_, at) => isIn(range)(times[at] ?? 0));
}

/** Fails unless the pictures are those wanted: copied in the middle, and like them at the edges. */
function assertLike(made: readonly Buffer[], wanted: readonly Buffer[], [head, tail]: Edges): void {
  assert.equal(made.length, wanted.length);
  const like = made.map((picture, at) => likeness(picture, wanted[at] ?? picture));
  const encoded = like.map((decibels) => decibels !== Number.POSITIVE_INFINITY);
  const first = encoded.indexOf(false);
  const last = encoded.lastIndexOf(false);
  assert.deepEqual(
    [first < 0 ? made.length : first, first < 0 ? 0 : made.length - 1 - last],
    [head, tail],
  );
  assert.ok(
    encoded.slice(first, last + 1).every((is) => !is),
    "the middle is not the source's",
  );
  assert.ok(Math.min(...like) > 35, `${Math.min(...like)} dB`);
}

/** Fails unless the tables alone show each picture at its time, the first at 0; `even`: up to the end. */
async function assertUnedited(
  file: string,
  shown: readonly number[],
  even: boolean,
): Promise<void> {
  const bytes = await readFile(file);
  const read = async (at: number, length: number) => bytes.subarray(at, at + length);
  const { tracks } = await readMovie(read, bytes.length);
  const video = tracks.find(({ track }) => track.config.kind === "video");
  assert.ok(video);
  const { table, presentation } = video;
  const { duration } = even ? table : presentation;
  assert.deepEqual(presentation, { mediaTime: 0, duration, delay: 0 });
  const times: number[] = [];
  for (let at = 0; at < table.count; at += 1) {
    const [decoded, cto] = [table.dts[at] ?? 0, table.ctos?.[at] ?? 0];
    assert.ok(at === 0 || decoded > (table.dts[at - 1] ?? 0), `picture ${at} is decoded late`);
    times.push(decoded + cto);
  }
  const due = shown.map((wall) => Math.round((wall - (shown[0] ?? 0)) * 90));
  assert.deepEqual(
    times.toSorted((a, b) => a - b),
    due,
  );
}

test("a range over several files is encoded at its very ends alone", async () => {
  const one = await clip({ seconds: 6, encoder: EVEN });
  const two = await clip(BASELINE);
  const placed = [
    { clip: one, origin: ORIGIN },
    { clip: one, origin: plus(ORIGIN, 9000) },
  ];
  const { plan, file } = await cutExactly(folder, placed, [1234, 12_543]);
  const first = { clip: one, origin: ORIGIN };
  const wanted = [...(await wantedOf(first, [1234, 7000])), ...(await wantedOf(first, [0, 3543]))];
  assertLike(await pictures(file), wanted, [24, 45]);
  assert.equal(plan.gaps.length, 1);
  // Pictures of another configuration can't follow.
  const other = [placed[0], { clip: two, origin: plus(ORIGIN, 9000) }].filter((each) => !!each);
  assert.equal(await refusal(cutExactly(folder, other, [1234, 12_543])), "range_changes_codec");
});

test("a long range is copied as it stands between its edges", async () => {
  const placed = { clip: await clip({ seconds: 24 }), origin: ORIGIN };
  const options = { packing: "auto" } as const;
  const { plan, file } = await cutExactly(folder, [placed], [1234, 22_543], options);
  assertLike(await pictures(file), await wantedOf(placed, [1234, 22_543]), [24, 15]);
  // A piece for each time that the file changes, not one for each chunk.
  assert.ok(plan.pieces.count < 24, `${plan.pieces.count} pieces`);
  // What was encoded anew is not in the file a second time.
  const { files, file: names, source, bytes } = plan.pieces;
  const seconds = (dts: number): number => dts / 90_000;
  for (const chunk of placed.clip.chunks.filter(({ track }) => track === 1)) {
    const inside = seconds(chunk.dts) >= 2 && seconds(chunk.dts + chunk.duration) <= 22;
    const taken = source.findIndex((at, piece) => {
      const until = at + (bytes[piece] ?? 0);
      const own = files[names[piece] ?? 0] === placed.clip.file;
      return own && at < chunk.offset + chunk.bytes && until > chunk.offset + chunk.headerBytes;
    });
    assert.equal(taken >= 0, inside, `the chunk at ${seconds(chunk.dts)} s`);
  }
});

test("an exact cut whose gap is filled stands still over it", async () => {
  const one = await clip({ seconds: 6 });
  const placed = [
    { clip: one, origin: ORIGIN },
    { clip: one, origin: plus(ORIGIN, 9000) },
  ];
  const options = { gaps: "fill" } as const;
  const { plan, file } = await cutExactly(folder, placed, [1234, 12_543], options);
  assert.ok(Math.abs(plan.durationMs - 11_309) <= 34, `${plan.durationMs} ms`);
  const [video] = await probe(file);
  assert.equal(video?.start_time, "0.000000");
  assert.ok(Math.abs(Number(video?.duration) * 1000 - plan.durationMs) <= 1);
  assert.deepEqual(await left(), []);
});

const FOREIGN: readonly (readonly [what: string, encoder: readonly string[]])[] = [
  ["fields", ["-flags", "+ildct+ilme", "-x264-params", "tff=1"]],
  ["10 bits", ["-pix_fmt", "yuv420p10le"]],
  ["4:2:2", ["-pix_fmt", "yuv422p"]],
];

for (const [what, encoder] of FOREIGN) {
  test(`video that no edges can be made for is refused with another way to ask: ${what}`, async () => {
    const placed = {
      clip: await clip({ seconds: 2, encoder, filter: "scale=160:96" }),
      origin: ORIGIN,
    };
    const refused = cutExactly(folder, [placed], [500, 1500]);
    await assert.rejects(refused, { code: "export_mode_unsupported", message: /"transcode"/ });
  });
}

test("a cut that is aborted, or whose ffmpeg is missing, leaves nothing behind", async () => {
  const placed = { clip: await clip({ seconds: 8 }), origin: ORIGIN };
  const wanted = { from: plus(ORIGIN, 1234), to: plus(ORIGIN, 6543) };
  const range = resolveClips([placed], wanted.from, wanted.to);
  const options = { ...wanted, gaps: "fill", packing: "auto", title: null, cut: "exact" } as const;
  const prefix = join(folder, "cut.mp4");
  const abort = new AbortController();
  const aborted = prepareCopy(range, options, { encoder: ENCODER, prefix, signal: abort.signal });
  const sign = setInterval(() => {
    // Not before the pictures are being encoded.
    if (existsSync(`${prefix}.head`)) abort.abort(new Error("enough"));
  }, 1);
  await assert.rejects(aborted, /enough/).finally(() => clearInterval(sign));
  assert.deepEqual(await left(), []);
  const { signal } = new AbortController();
  const encoder = { ...ENCODER, ffmpeg: "/no/such/ffmpeg" };
  const missing = prepareCopy(range, options, { encoder, prefix, signal });
  assert.equal(await refusal(missing), "encoder_missing");
  assert.deepEqual(await left(), []);
});

/** Files that were made for a cut and are still there. */
async function left(): Promise<string[]> {
  return (await readdir(folder)).filter((found) => found.startsWith("cut.mp4"));
}

const LOOKS: readonly (readonly [what: string, options: Partial<EncodeOptions>])[] = [
  ["colour that nobody told", {}],
  [
    "BT.709",
    {
      encoder: [
        ...["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"],
        ...["-color_range", "tv"],
      ],
    },
  ],
  ["full range", { filter: "scale=out_range=full", encoder: ["-color_range", "pc"] }],
  [
    "the matrix of HDR",
    {
      encoder: [
        ...["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"],
      ],
    },
  ],
  ["points that are not square", { filter: "setsar=16/11" }],
];

for (const [what, options] of LOOKS) {
  test(`edges look as the pictures beside them: ${what}`, async () => {
    const placed = { clip: await clip({ seconds: 4, ...options }), origin: ORIGIN };
    const { plan, file } = await cutExactly(folder, [placed], [1234, 3543]);
    const config = plan.tracks.find(({ track }) => track.config.kind === "video")?.track.config;
    assert.ok(config?.kind === "video");
    const [source, edge, ...more] = readAvcRecord(config.record).sps.map(parseAvcSps);
    assert.ok(source && edge);
    assert.deepEqual(more, []);
    assert.deepEqual(lookOf(edge), lookOf(source));
    assert.notEqual(edge.id, source.id);
    assertLike(await pictures(file), await wantedOf(placed, [1234, 3543]), [24, 0]);
  });
}

function lookOf({ profile, level, width, height, pixelAspect, colour, bitDepth }: AvcSps) {
  return { profile, level, width, height, pixelAspect, colour, bitDepth };
}
