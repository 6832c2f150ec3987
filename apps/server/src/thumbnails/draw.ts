import { Fault } from "@oxbow/contract";
import { runFfmpeg } from "../ffmpeg/index.ts";
import { cornerOf, type Grid, sheetSize } from "./grid.ts";
import type { PictureBytes, Size } from "./picture-source.ts";

const TIMEOUT_MS = 15_000;
const MOST_BYTES = 16 * 1024 * 1024;
/** Posters are made no wider. */
const POSTER_WIDTH = 1280;
/** mjpeg's scale of 2 (best) to 31. */
const SHEET_QUALITY = "5";
const POSTER_QUALITY = "3";
/** Square pixels first: what is shown is what the size of a tile was taken from. */
const SQUARE = "scale=w='max(2,trunc(iw*sar/2)*2)':h=ih,setsar=1";

/** The first video track of standard input; one thread, for live needs the others. */
const READ = ["-threads", "1", "-f", "mp4", "-i", "pipe:0", "-map", "0:v:0"] as const;

/** Planes of a picture, 4:2:0 in full range, as JPEG has them. */
const PIXELS = "yuvj420p";
const BLACK = 0;
const NO_COLOUR = 128;

/** A picture as JPEG, at most 1280 pixels wide. Faults as `runFfmpeg`. */
export function drawPoster(program: string, { init, fragment }: PictureBytes): Promise<Buffer> {
  const fit = `scale=w='min(${POSTER_WIDTH},iw)':h=-2`;
  const filter = ["-vf", `${SQUARE},${fit}`, "-pix_fmt", PIXELS];
  return runFfmpeg({
    program,
    args: [
      ...READ,
      "-frames:v",
      "1",
      ...filter,
      "-c:v",
      "mjpeg",
      "-q:v",
      POSTER_QUALITY,
      "-f",
      "mjpeg",
      "pipe:1",
    ],
    input: [init, ...fragment],
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_BYTES,
  });
}

/** What stands in which tile. */
export type Tiled = { readonly tile: number; readonly bytes: PictureBytes };

/** A sheet as JPEG; tiles without a picture are black. Faults as `runFfmpeg`. */
export async function drawSheet(
  program: string,
  grid: Grid,
  pictures: readonly Tiled[],
): Promise<Buffer> {
  const size = sheetSize(grid);
  const sheet = new Planes(size);
  for (const run of runsOfOneInit(pictures)) {
    const decoded = await decodeTiles(program, grid.tile, run);
    run.forEach(({ tile }, at) => {
      const picture = decoded[at];
      if (picture !== undefined) sheet.put(picture, grid.tile, cornerOf(grid, tile));
    });
  }
  const shape = ["-pixel_format", PIXELS, "-video_size", `${size.width}x${size.height}`];
  const encode = ["-frames:v", "1", "-c:v", "mjpeg", "-q:v", SHEET_QUALITY, "-f", "mjpeg"];
  return runFfmpeg({
    program,
    args: ["-f", "rawvideo", ...shape, "-i", "pipe:0", ...encode, "pipe:1"],
    input: [sheet.bytes],
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_BYTES,
  });
}

/** Neighbours that one decoder can take, one after another. */
function runsOfOneInit(pictures: readonly Tiled[]): Tiled[][] {
  const runs: Tiled[][] = [];
  for (const picture of pictures) {
    const run = runs.at(-1);
    const init = run?.[0]?.bytes.init;
    if (run !== undefined && init !== undefined && sameBytes(init, picture.bytes.init)) {
      run.push(picture);
    } else runs.push([picture]);
  }
  return runs;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** The planes of each picture. Where one of them can't be decoded, each is tried alone. */
async function decodeTiles(
  program: string,
  tile: Size,
  run: readonly Tiled[],
): Promise<(Uint8Array | undefined)[]> {
  const [first] = run;
  if (first === undefined) return [];
  const { width, height } = tile;
  const fit = `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2`;
  const pad = `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2`;
  const bytes = planeBytes(tile);
  const decoding = runFfmpeg({
    program,
    args: [
      ...[...READ, "-fps_mode", "passthrough"],
      ...["-vf", `${SQUARE},${fit},${pad}`, "-pix_fmt", PIXELS, "-f", "rawvideo", "pipe:1"],
    ],
    input: [first.bytes.init, ...run.flatMap((each) => each.bytes.fragment)],
    timeoutMs: TIMEOUT_MS,
    mostBytes: MOST_BYTES,
  });
  const output = await decoding.catch(unreadable);
  if (output.length === bytes * run.length) {
    return run.map((_, at) => output.subarray(at * bytes, (at + 1) * bytes));
  }
  if (run.length === 1) return [undefined];
  const alone: (Uint8Array | undefined)[] = [];
  for (const each of run) alone.push(...(await decodeTiles(program, tile, [each])));
  return alone;
}

/** A picture that can't be decoded leaves its tile black. */
function unreadable(error: unknown): Uint8Array {
  if (error instanceof Fault && error.code === "media_unreadable") return new Uint8Array(0);
  throw error;
}

function planeBytes({ width, height }: Size): number {
  return (width * height * 3) / 2;
}

/** One picture in three planes. */
class Planes {
  readonly bytes: Uint8Array;
  readonly #size: Size;

  constructor(size: Size) {
    this.#size = size;
    this.bytes = new Uint8Array(planeBytes(size)).fill(NO_COLOUR);
    this.bytes.fill(BLACK, 0, size.width * size.height);
  }

  /** Copies a smaller picture in, its upper left corner at `corner`. All figures are even. */
  put(picture: Uint8Array, size: Size, corner: { x: number; y: number }): void {
    let [from, to] = [0, 0];
    for (const half of [1, 2, 2]) {
      const [width, height] = [size.width / half, size.height / half];
      const across = this.#size.width / half;
      for (let row = 0; row < height; row += 1) {
        const line = picture.subarray(from + row * width, from + (row + 1) * width);
        this.bytes.set(line, to + (corner.y / half + row) * across + corner.x / half);
      }
      from += width * height;
      to += across * (this.#size.height / half);
    }
  }
}
