import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readMovie } from "@oxbow/containers";
import type { Clip, Placed } from "../clip-for-tests.ts";
import { decodedSound } from "../decode-for-tests.ts";
import { assertSame, ORIGIN, pictureTimes, soundAt } from "../plan/plan-for-tests.ts";
import { cutExactly, type EncodeOptions, encode, likeness, pictures } from "./edged-for-tests.ts";

const folder = await mkdtemp(join(tmpdir(), "oxbow-exact-"));
after(() => rm(folder, { recursive: true, force: true }));

const clips = new Map<string, Promise<Clip>>();
function clip(options: EncodeOptions): Promise<Clip> {
  const key = JSON.stringify(options);
  const known = clips.get(key) ?? encode(folder, `clip-${clips.size}`, options);
  clips.set(key, known);
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

/** Clips begin at picture 2 of the clock: at 66.7 ms, by the delay of two B pictures. */
const OPEN = ["-x264-params", "open-gop=1"];
const UNEVEN = "select='not(mod(n,7))+not(mod(n,11))+lt(mod(n,90),4)'";
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
  [
    "Baseline",
    { seconds: 8, bframes: 0, encoder: ["-profile:v", "baseline"] },
    [999, 5001],
    [30, 0],
  ],
  ["uneven pictures", { seconds: 8, gop: 20, filter: UNEVEN }, [1234, 6543], [8, 0]],
];

for (const [name, options, [from, to], edges] of CASES) {
  test(`${name}: exactly the pictures of the range, each once, all but the edges untouched`, async () => {
    const placed: Placed = { clip: await clip(options), origin: ORIGIN };
    const { plan, file } = await cutExactly(folder, [placed], [from, to]);
    const times = pictureTimes(placed);
    const isWanted = (_: unknown, at: number): boolean => {
      const wall = Math.round(times[at] ?? 0);
      return wall >= ORIGIN + from && wall < ORIGIN + to;
    };
    const wanted = (await pictures(placed.clip.file)).filter(isWanted);
    const shown = times.filter(isWanted);
    assert.equal(plan.cut.from, Math.round(shown[0] ?? 0));
    assertLike(await pictures(file), wanted, edges);
    await assertUnedited(file, shown);
    const [source, sound] = [
      await decodedSound(placed.clip.file, "-ignore_editlist", "1"),
      await decodedSound(file),
    ];
    const at = Math.round(soundAt(placed, shown[0] ?? 0));
    const length = Math.min(sound.length, 48_000);
    assertSame(sound.subarray(0, length), source.subarray(at, at + length));
    const left = (await readdir(folder)).filter((found) => found.startsWith("cut.mp4"));
    assert.deepEqual(left, []);
  });
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

/** Fails unless the tables alone show each picture at its time, the first at 0. */
async function assertUnedited(file: string, shown: readonly number[]): Promise<void> {
  const bytes = await readFile(file);
  const read = async (at: number, length: number) => bytes.subarray(at, at + length);
  const { tracks } = await readMovie(read, bytes.length);
  const video = tracks.find(({ track }) => track.config.kind === "video");
  assert.ok(video);
  const { table, presentation } = video;
  assert.deepEqual(presentation, { mediaTime: 0, duration: table.duration, delay: 0 });
  const times: number[] = [];
  for (let at = 0; at < table.count; at += 1) {
    const [decoded, cto] = [table.dts[at] ?? 0, table.ctos?.[at] ?? 0];
    assert.ok(cto >= 0, `picture ${at} is shown before it is decoded`);
    assert.ok(at === 0 || decoded > (table.dts[at - 1] ?? 0), `picture ${at} is decoded late`);
    times.push(decoded + cto);
  }
  const due = shown.map((wall) => Math.round((wall - (shown[0] ?? 0)) * 90));
  assert.deepEqual(
    times.toSorted((a, b) => a - b),
    due,
  );
}
