import assert from "node:assert/strict";
import { test } from "node:test";
import { createRun } from "@oxbow/containers";
import type { Track } from "@oxbow/media";
import type { ArchivedChunk } from "../ports.ts";
import { type EdgeWindow, findEdges } from "./find-edges.ts";
import { gatherPictures, type SpanPictures, type SyncPicture } from "./span-pictures.ts";

/** Ticks of one picture. */
const TICKS = 100;
const TRACK: Track = {
  id: 1,
  timescale: 2500,
  language: "und",
  config: {
    kind: "video",
    codec: "avc",
    record: new Uint8Array(),
    codecString: "avc1.64001f",
    width: 16,
    height: 16,
    pixelAspect: [1, 1],
  },
};

/**
 * Pictures in decode order, each by its place in presentation; `!` marks a sync picture. Decoding runs two
 * pictures ahead.
 */
function span(order: string): SpanPictures {
  const frames = order.split(" ").map((name, at) => {
    const dts = at * TICKS;
    const cto = (Number.parseInt(name, 10) + 2) * TICKS - dts;
    return { track: 1, dts, cto, key: name.endsWith("!"), data: new Uint8Array(1) };
  });
  const end = frames.length * TICKS;
  const chunk: ArchivedChunk = {
    ...{ track: 1, offset: 0, bytes: frames.length, headerBytes: 0, dts: 0, duration: end },
    samples: createRun(frames, end),
  };
  return gatherPictures(TRACK, [chunk]);
}

/** Three groups of six: a keyframe, and twice a picture with two before it that refer to it. */
const GROUPS = "0! 3 1 2 5 4 6! 9 7 8 11 10 12! 15 13 14 17 16";
/** The second group is open: what is shown before its keyframe comes behind it. */
const OPEN = "0! 3 1 2 6! 4 5 9 7 8 11 10 12! 15 13 14";

/** The edges of pictures `[from, to)`, told by their places: pictures encoded, places copied. */
async function edges(
  order: string,
  [from, to]: readonly [from: number, to: number],
  options: {
    readonly ends?: Pick<EdgeWindow, "head" | "tail">;
    readonly idr?: (place: number) => boolean;
  } = {},
) {
  const { ends = { head: true, tail: true }, idr = () => true } = options;
  const pictures = span(order);
  const shown = (place: number): number => (place + 2) * TICKS;
  const window = { from: shown(from), to: shown(to), ...ends };
  const isIdr = async ({ pts }: SyncPicture): Promise<boolean> => idr(pts / TICKS - 2);
  const found = await findEdges(pictures, window, isIdr);
  if (found === undefined || found === "no-idr") return found;
  const { head, tail, copied } = found;
  const told = (edge: typeof head) => edge && Array.from(edge.pts, (pts) => pts / TICKS - 2);
  const names = order.split(" ").map((name) => Number.parseInt(name, 10));
  return { head: told(head), tail: told(tail), copied: names.slice(copied.from, copied.until) };
}

test("from the first picture to the next IDR picture, and from the last one to the end", async () => {
  assert.deepEqual(await edges(GROUPS, [2, 17]), {
    head: [2, 3, 4, 5],
    copied: [6, 9, 7, 8, 11, 10],
    tail: [12, 13, 14, 15, 16],
  });
});

test("nothing is encoded where an IDR picture begins, and no picture after the end comes before one", async () => {
  assert.deepEqual(await edges(GROUPS, [6, 18]), {
    head: undefined,
    copied: [6, 9, 7, 8, 11, 10, 12, 15, 13, 14, 17, 16],
    tail: undefined,
  });
  assert.deepEqual(await edges(GROUPS, [0, 10]), {
    head: undefined,
    copied: [0, 3, 1, 2, 5, 4, 6, 9, 7, 8],
    tail: undefined,
  });
});

test("a range inside one group, and one that ends in the group after it, are encoded at once", async () => {
  const inside = await edges(GROUPS, [1, 5]);
  assert.deepEqual(inside, { head: [1, 2, 3, 4], copied: [], tail: undefined });
  const beside = await edges(GROUPS, [4, 8]);
  assert.deepEqual(beside, { head: [4, 5, 6, 7], copied: [], tail: undefined });
});

test("a keyframe that is no IDR picture ends no edge", async () => {
  const idr = (place: number): boolean => place === 0 || place === 12;
  assert.deepEqual(await edges(OPEN, [4, 16], { idr }), {
    head: [4, 5, 6, 7, 8, 9, 10, 11],
    copied: [12, 15, 13, 14],
    tail: undefined,
  });
  const begun = await edges(OPEN, [6, 10], { idr });
  assert.deepEqual(begun, { head: [6, 7, 8, 9], copied: [], tail: undefined });
});

test("a span between others is copied as it stands, and one that only ends the range has no head", async () => {
  assert.deepEqual(await edges(GROUPS, [0, 18], { ends: { head: false, tail: false } }), {
    head: undefined,
    copied: [0, 3, 1, 2, 5, 4, 6, 9, 7, 8, 11, 10, 12, 15, 13, 14, 17, 16],
    tail: undefined,
  });
  assert.deepEqual(await edges(GROUPS, [0, 8], { ends: { head: false, tail: true } }), {
    head: undefined,
    copied: [0, 3, 1, 2, 5, 4],
    tail: [6, 7],
  });
});

test("without an IDR picture near the cut there is no exact copy, and without pictures no edge", async () => {
  const ends = { head: false, tail: true };
  assert.equal(await edges(GROUPS, [0, 8], { ends, idr: () => false }), "no-idr");
  assert.equal(await edges(GROUPS, [30, 40]), undefined);
  // Ten minutes of one group, at 25 pictures a second.
  const long = Array.from({ length: 15_200 }, (_, at) => (at === 0 ? "0!" : String(at))).join(" ");
  assert.equal(await edges(long, [10, 15_100]), "no-idr");
  const short = await edges(long, [10, 14_900]);
  assert.equal(typeof short === "object" && short.head?.length, 14_890);
});
