import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { runFfmpeg } from "../ffmpeg/index.ts";
import type { Picture, PictureBytes, PictureSource } from "./picture-source.ts";
import { Thumbnails } from "./thumbnails.ts";

const run = promisify(execFile);

/** Grey of the picture at second `at`, in the full range of JPEG: it tells one from another. */
const grey = (at: number): number => ((20 + (at % 50) * 4 - 16) * 255) / 219;

/** A picture a second, each a fragment of its own. */
async function clip(seconds: number, size: string): Promise<Uint8Array[]> {
  const source = `color=black:size=${size}:rate=1:duration=${seconds},format=yuv420p`;
  const lum = "20+mod(T\\,50)*4";
  const { stdout } = await run(
    "ffmpeg",
    [
      ...["-v", "error", "-f", "lavfi", "-i", `${source},geq=lum='${lum}':cb=128:cr=128`],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-g", "1", "-f", "mp4"],
      ...["-movflags", "empty_moov+default_base_moof+frag_every_frame", "pipe:1"],
    ],
    { encoding: "buffer", maxBuffer: 1 << 26 },
  );
  return boxesOf(stdout);
}

/** The initialization section, then each fragment. */
function boxesOf(file: Buffer): Uint8Array[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < file.length; at += file.readUInt32BE(at)) {
    const type = file.toString("latin1", at + 4, at + 8);
    if (type !== "moof" && type !== "mfra") continue;
    pieces.push(file.subarray(from, at));
    from = at;
    if (type === "mfra") break;
  }
  return pieces;
}

class Recording implements PictureSource {
  readonly id = "str_1";
  reads = 0;
  shown = { width: 320, height: 180 };
  readonly #pieces: readonly Uint8Array[];
  sealed: Millis;

  constructor(pieces: readonly Uint8Array[], sealed: number) {
    this.#pieces = pieces;
    this.sealed = millis(sealed);
  }

  async list(from: Millis, to: Millis): Promise<readonly Picture[]> {
    return this.#pieces
      .slice(1)
      .map((_, at) => ({ at: millis(at * 1000), name: String(at + 1) }))
      .filter(({ at }) => at >= from && at < to && at < this.sealed);
  }

  async read({ name }: Picture): Promise<PictureBytes | undefined> {
    this.reads += 1;
    const [init, fragment] = [this.#pieces[0], this.#pieces[Number(name)]];
    return init && fragment && { init, fragment: [fragment] };
  }

  async size(): Promise<{ width: number; height: number }> {
    return this.shown;
  }

  settled(): Millis {
    return this.sealed;
  }
}

let wide: Uint8Array[] = [];
let tall: Uint8Array[] = [];
before(async () => {
  [wide, tall] = await Promise.all([clip(60, "320x180"), clip(4, "180x320")]);
});

const minute = { from: millis(0), to: millis(60_000) };
const everything = { range: async () => minute, byClock: false };

/** Luminance of a JPEG at some places. */
async function look(jpeg: Uint8Array, width: number, places: [x: number, y: number][]) {
  const args = ["-f", "mjpeg", "-i", "pipe:0", "-pix_fmt", "gray", "-f", "rawvideo", "pipe:1"];
  const plane = await runFfmpeg({
    program: "ffmpeg",
    args,
    input: [jpeg],
    timeoutMs: 10_000,
    mostBytes: 1 << 24,
  });
  return places.map(([x, y]) => plane[y * width + x] ?? -1);
}

function near(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((value, at) => {
    assert.ok(
      Math.abs(value - (wanted[at] ?? 0)) <= 4,
      `${found.join()} is not near ${wanted.join()}`,
    );
  });
}

test("a sheet shows, in each tile that the list names, the picture of that time", async () => {
  const source = new Recording(wide, 60_000);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const list = await thumbnails.answer("thumbnails.vtt", { source, ...everything });
  const text = Buffer.concat([...(list?.body ?? [])]).toString();
  const cue = /00:00:54\.000 --> 00:00:56\.000\n(?<sheet>\S+)#xywh=(?<x>\d+),(?<y>\d+),160,90/;
  const { sheet = "", x, y } = cue.exec(text)?.groups ?? {};
  assert.equal(sheet, "thumbnails/2-160x90/1.jpg");
  const answer = await thumbnails.answer(sheet, { source, ...everything });
  const [jpeg = new Uint8Array()] = answer?.body ?? [];
  const [left, top] = [Number(x) + 80, Number(y) + 45];
  // The sheet begins at 50 s; after the end there is nothing.
  near(
    await look(jpeg, 800, [
      [80, 45],
      [left, top],
      [80, 225],
    ]),
    [grey(50), grey(54), 0],
  );
});

test("who asks for a sheet together, or again, has it made once", async () => {
  const source = new Recording(wide, 60_000);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const asked = { source, ...everything };
  const answers = await Promise.all(
    [1, 2, 3].map(() => thumbnails.answer("thumbnails/2-160x90/0.jpg", asked)),
  );
  assert.equal(new Set(answers.map((answer) => answer?.etag)).size, 1);
  await thumbnails.answer("thumbnails/2-160x90/0.jpg", asked);
  assert.equal(source.reads, 25);
});

test("a sheet that fills up is made again, and caches are told so", async () => {
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const ages: (string | undefined)[] = [];
  const etags = new Set<string | undefined>();
  for (const sealed of [4_000, 8_000, 60_000]) {
    const source = new Recording(wide, sealed);
    const answer = await thumbnails.answer("thumbnails/2-160x90/0.jpg", { source, ...everything });
    ages.push(answer?.cacheControl);
    etags.add(answer?.etag);
  }
  assert.deepEqual(ages, ["public, max-age=2", "public, max-age=2", "public, max-age=86400"]);
  assert.equal(etags.size, 3);
});

test("a picture of another shape stands whole in its tile", async () => {
  const source = new Recording(tall, 4_000);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const answer = await thumbnails.answer("thumbnails/2-160x90/0.jpg", { source, ...everything });
  const [jpeg = new Uint8Array()] = answer?.body ?? [];
  near(
    await look(jpeg, 800, [
      [80, 45],
      [10, 45],
      [240, 45],
    ]),
    [grey(0), 0, grey(2)],
  );
});

test("a poster is from a tenth in, that of a live stream its newest picture", async () => {
  const source = new Recording(wide, 60_000);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const poster = await thumbnails.answer("poster.jpg", { source, ...everything });
  const live = await thumbnails.answer("poster.jpg", { source, ...everything, newest: true });
  const [early = new Uint8Array()] = poster?.body ?? [];
  const [newest = new Uint8Array()] = live?.body ?? [];
  near(await look(early, 320, [[160, 90]]), [grey(6)]);
  near(await look(newest, 320, [[160, 90]]), [grey(59)]);
  assert.equal(live?.cacheControl, "public, max-age=10");
});

test("a live poster is shown at once while the next is made, unless it is old", async () => {
  const source = new Recording(wide, 10_000);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const shown = async (): Promise<number> => {
    const made = await thumbnails.answer("poster.jpg", { source, ...everything, newest: true });
    const [middle = 0] = await look(made?.body[0] ?? new Uint8Array(), 320, [[160, 90]]);
    return Math.round((middle - grey(0)) / (grey(1) - grey(0)));
  };
  assert.equal(await shown(), 9);
  source.sealed = millis(15_000);
  assert.equal(await shown(), 9);
  for (let asked = 1; (await shown()) !== 14; asked += 1)
    assert.ok(asked < 200, "the next never came");
  source.sealed = millis(46_000);
  assert.equal(await shown(), 45);
});

test("where there is no picture, and where no list leads, there is nothing", async () => {
  const source = new Recording([], 0);
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  for (const path of ["poster.jpg", "thumbnails/2-160x90/0.jpg", "thumbnails/3-1x1/0.jpg"]) {
    assert.equal(await thumbnails.answer(path, { source, ...everything }), undefined);
  }
});

test("without ffmpeg the answer says what to install", async () => {
  const source = new Recording(wide, 60_000);
  const thumbnails = new Thumbnails({ ffmpeg: "/nowhere/ffmpeg" });
  await assert.rejects(
    thumbnails.answer("poster.jpg", { source, ...everything }),
    (error) =>
      error instanceof Fault && error.code === "unavailable" && /OXBOW_FFMPEG/.test(error.message),
  );
});

test("a picture that can't be decoded is said to be so, and the others of its sheet are shown", async () => {
  const broken = wide.map((piece, at) =>
    at === 3 ? Uint8Array.from(piece, (byte, place) => (place < 120 ? byte : 0)) : piece,
  );
  const thumbnails = new Thumbnails({ ffmpeg: "ffmpeg" });
  const source = new Recording(broken, 60_000);
  const sheet = await thumbnails.answer("thumbnails/2-160x90/0.jpg", { source, ...everything });
  const [jpeg = new Uint8Array()] = sheet?.body ?? [];
  near(
    await look(jpeg, 800, [
      [80, 45],
      [400, 45],
    ]),
    [grey(0), grey(4)],
  );
});
