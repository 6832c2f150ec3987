import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { type Frame, MalformedInput, millis, type Track } from "@oxbow/media";
import * as fc from "fast-check";
import {
  clip,
  decodedTimes,
  judged,
  judgedFile,
  made,
  readBytes,
  readFileMovie,
  withFolder,
} from "../ffmpeg-for-tests.ts";
import {
  createMovieTable,
  createRun,
  type MovieOptions,
  type MovieTable,
  type MovieTrack,
  outlineMovie,
  type Presentation,
  runBytes,
  scanFragments,
  spansOf,
  UnsupportedMovie,
  writeFragmentHeader,
  writeInit,
} from "../index.ts";

/** 25 pictures with B-frames and keyframes each 10, stereo at 44100 Hz; `moov` at the end. */
let source: Buffer;
let video: Track;
let audio: Track;
let frames: { video: Frame[]; audio: Frame[] };

before(async () => {
  source = await clip();
  const { tracks } = await readBytes(source);
  const [first, second] = tracks;
  assert.ok(first && second);
  video = first.track;
  audio = second.track;
  frames = { video: framesOf(first, source), audio: framesOf(second, source) };
});

function framesOf({ track, table }: MovieTrack, bytes: Uint8Array): Frame[] {
  return Array.from({ length: table.count }, (_, sample) => {
    const [span] = spansOf(table, sample, sample + 1);
    assert.ok(span);
    return {
      track: track.id,
      dts: table.dts[sample] ?? -1,
      cto: table.ctos?.[sample] ?? 0,
      key: table.syncs === "all" || table.syncs.includes(sample),
      data: Uint8Array.from(bytes.subarray(span.offset, span.offset + span.bytes)),
    };
  });
}

/** Chunks of some frames each, as a fragmented file. */
function fragments(perChunk: number): Uint8Array {
  const parts: Uint8Array[] = [writeInit([video, audio])];
  for (const [of, end] of [
    [frames.video, 90_000],
    [frames.audio, 46_080],
  ] as const) {
    for (let from = 0; from < of.length; from += perChunk) {
      const some = of.slice(from, from + perChunk);
      const dts = some[0]?.dts ?? 0;
      const samples = createRun(some, of[from + perChunk]?.dts ?? end);
      const track = some[0]?.track ?? 0;
      parts.push(writeFragmentHeader({ sequence: parts.length, track, dts, samples }));
      parts.push(...some.map((frame) => frame.data));
    }
  }
  return Uint8Array.from(Buffer.concat(parts));
}

/** A movie of all chunks of a fragmented file, of which nothing but the headers is kept apart. */
function tableOf(file: Uint8Array): { table: MovieTable; payload: Uint8Array } {
  const table = createMovieTable([video, audio]);
  const payload: Uint8Array[] = [];
  let at = 0;
  for (const chunk of scanFragments(file)) {
    table.append(chunk.track, chunk.samples, at);
    const from = chunk.offset + chunk.headerBytes;
    payload.push(file.subarray(from, from + runBytes(chunk.samples)));
    at += runBytes(chunk.samples);
  }
  return { table, payload: Uint8Array.from(Buffer.concat(payload)) };
}

function movieOf(options: Partial<MovieOptions> = {}): Uint8Array {
  const { table, payload } = tableOf(fragments(12));
  const { header } = table.finish({
    payloadBytes: payload.length,
    presentation: new Map(),
    ...options,
  });
  return Uint8Array.from(Buffer.concat([header, payload]));
}

test("frames → fMP4 → scan → MP4 → read keeps each frame, bit by bit, with its times", async () => {
  for (const perChunk of [1, 7, 12, 100]) {
    const { table, payload } = tableOf(fragments(perChunk));
    const { header } = table.finish({ payloadBytes: payload.length, presentation: new Map() });
    const file = Buffer.concat([header, payload]);
    const { tracks } = await readBytes(file);
    const [first, second] = tracks;
    assert.ok(first && second);
    assert.deepEqual(framesOf(first, file), frames.video);
    assert.deepEqual(framesOf(second, file), frames.audio);
    assert.deepEqual([first.track, second.track], [video, audio]);
  }
});

test("without edits told, all pictures are shown, the first at 0, through B-frames", async () => {
  const times = await decodedTimes(movieOf(), "v:0");
  assert.deepEqual(
    times,
    Array.from({ length: 25 }, (_, frame) => frame * 3600),
  );
});

test("a lead-in is hidden and the end is cut by the edit list, to the frame (8.6.6)", async () => {
  // Pictures 13 to 17 of 25: the keyframe is 10, and pictures stand in the file out of order.
  const delay = Math.min(...frames.video.map(({ dts, cto }) => dts + cto));
  const all = await decodedTimes(movieOf(), "v:0");
  const checks = await judgedPictures(movieOf());
  const shown = { mediaTime: delay + 13 * 3600, duration: 5 * 3600 };
  const presentation = new Map<number, Presentation>([
    [1, shown],
    [2, { mediaTime: 1024 + 22_932, duration: 8820 }],
  ]);
  const movie = movieOf({ presentation });
  assert.equal(all.length, 25);
  assert.deepEqual(await decodedTimes(movie, "v:0"), [0, 3600, 7200, 10_800, 14_400]);
  assert.deepEqual(await judgedPictures(movie), checks.slice(13, 18));
  const probed = await judged("ffprobe", movie, [
    ...[
      "-show_entries",
      "stream=start_pts,duration_ts,nb_frames:format=duration",
      "-of",
      "csv=p=0",
    ],
    "FILE",
  ]);
  assert.deepEqual(probed.trim().split("\n"), ["0,18000,25", "0,8820,45", "0.200000"]);
});

/** The checksums of the pictures that are shown. */
async function judgedPictures(movie: Uint8Array): Promise<string[]> {
  const form = ["-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framecrc", "-"];
  const text = await judged("ffmpeg", movie, ["-xerror", "-i", "FILE", ...form]);
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => line.split(",").at(-1)?.trim() ?? "");
}

test("a delay moves a track, and AAC priming is cut: sound and picture keep their distance", async () => {
  const delay = Math.min(...frames.video.map(({ dts, cto }) => dts + cto));
  const presentation = new Map<number, Presentation>([
    [1, { mediaTime: delay, duration: 90_000, delay: 9000 }],
    [2, { mediaTime: 1024, duration: 44_100 }],
  ]);
  const movie = movieOf({ presentation });
  const video0 = await decodedTimes(movie, "v:0");
  const audio0 = await decodedTimes(movie, "a:0");
  assert.deepEqual([video0[0], video0.length, audio0[0]], [9000, 25, 0]);
});

test("ffprobe sees title, language, chapters, turn, aspect, colour and creation time", async () => {
  const bt709 = { primaries: 1, transfer: 1, matrix: 1, fullRange: false };
  assert.equal(video.config.kind, "video");
  const config = { ...video.config, rotation: 90, pixelAspect: [4, 3], colour: bt709 } as const;
  const table = createMovieTable([{ ...video, language: "fra", config }]);
  const run = createRun(frames.video, 90_000);
  table.append(1, run, 0);
  const { header } = table.finish({
    payloadBytes: runBytes(run),
    presentation: new Map(),
    title: "Ein Titel ✓",
    createdAt: millis(Date.UTC(2026, 10, 22, 12)),
    chapters: [
      { at: millis(200), title: "Erstes" },
      { at: millis(500), title: "Zweites ü" },
    ],
  });
  const movie = Buffer.concat([header, ...frames.video.map((frame) => frame.data)]);
  const shown = ["-show_streams", "-show_format", "-show_chapters", "-of", "flat", "FILE"];
  const lines = new Set((await judged("ffprobe", movie, shown)).split("\n"));
  for (const line of [
    'streams.stream.0.sample_aspect_ratio="4:3"',
    'streams.stream.0.color_primaries="bt709"',
    "streams.stream.0.side_data_list.side_data.0.rotation=-90",
    'streams.stream.0.tags.language="fra"',
    'streams.stream.0.tags.creation_time="2026-11-22T12:00:00.000000Z"',
    'format.tags.title="Ein Titel ✓"',
    'chapters.chapter.1.start_time="0.200000"',
    'chapters.chapter.1.tags.title="Erstes"',
    'chapters.chapter.2.tags.title="Zweites ü"',
    'chapters.chapter.2.end_time="1.000000"',
  ]) {
    assert.ok(lines.has(line), `${line}\n${[...lines].join("\n")}`);
  }
});

test("samples beyond 4 GiB are found and decoded (64-bit mdat 4.2, co64 8.7.5)", async () => {
  const far = 5 * 2 ** 30;
  const table = createMovieTable([video, audio]);
  const sound = createRun(frames.audio, 46_080);
  const pictures = createRun(frames.video, 90_000);
  table.append(2, sound, 0);
  table.append(1, pictures, far);
  const payloadBytes = far + runBytes(pictures);
  const { header, payloadOffset } = table.finish({ payloadBytes, presentation: new Map() });
  await withFolder(async (folder) => {
    const path = join(folder, "sparse.mp4");
    {
      await using file = await open(path, "w");
      await file.write(header);
      await file.write(
        Buffer.concat(frames.audio.map(({ data }) => data)),
        0,
        undefined,
        payloadOffset,
      );
      const data = Buffer.concat(frames.video.map((frame) => frame.data));
      await file.write(data, 0, undefined, payloadOffset + far);
    }
    const { tracks } = await readFileMovie(path);
    assert.equal(tracks[0]?.table.offsets[0], payloadOffset + far);
    const strict = ["-xerror", "-err_detect", "explode", "-i", "FILE", "-f", "framecrc", "-"];
    const text = await judgedFile("ffmpeg", path, strict);
    assert.equal(text.split("\n").filter((line) => line.startsWith("0,")).length, 25);
  });
});

test("AAC has its roll group (ISO/IEC 14496-12 §10.1)", () => {
  const movie = Buffer.from(movieOf());
  const sgpd = movie.indexOf("sgpd");
  const sbgp = movie.indexOf("sbgp");
  assert.equal(
    movie.subarray(sgpd + 4, sgpd + 22).toString("hex"),
    "01000000726f6c6c0000000200000001ffff",
  );
  assert.equal(
    movie.subarray(sbgp + 4, sbgp + 24).toString("hex"),
    `00000000726f6c6c00000001${frames.audio.length.toString(16).padStart(8, "0")}00000001`,
  );
});

test("movies of others are read as ffprobe reads them: faststart, QuickTime, HEVC and Opus", async () => {
  const picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=0.4"];
  const sound = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.4"];
  const x265 = ["-c:v", "libx265", "-x265-params", "log-level=0", "-pix_fmt", "yuv420p"];
  const files = [
    source,
    await clip(["-movflags", "+faststart"]),
    await made(
      [...picture, ...sound, "-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"],
      "m.mov",
    ),
    await made([...picture, ...sound, ...x265, "-tag:v", "hvc1", "-c:a", "libopus"]),
    await made([...picture, ...x265, "-tag:v", "hev1"]),
  ];
  for (const file of files) {
    const { tracks } = await readBytes(file);
    for (const [place, { table, presentation }] of tracks.entries()) {
      const shown = [
        "-select_streams",
        String(place),
        "-show_entries",
        "packet=pts,size,flags,pos",
      ];
      const csv = await judged("ffprobe", file, [...shown, "-of", "csv=p=0", "FILE"]);
      const mine = Array.from(table.sizes, (size, sample) => {
        const pts = (table.dts[sample] ?? 0) - presentation.mediaTime + (table.ctos?.[sample] ?? 0);
        const sync = table.syncs === "all" || table.syncs.includes(sample);
        return `${pts},${size},${table.offsets[sample]},${sync ? "K" : "_"}`;
      });
      // What else stands in the flags and behind them is about discarding.
      const theirs = csv.match(/^-?[0-9]+,[0-9]+,[0-9]+,./gm);
      assert.deepEqual(mine, theirs);
    }
  }
});

/** The movie with the sizes of its first track told in `bits` bits each, its other boxes where they were. */
function compactSizes(movie: Uint8Array, bits: 4 | 8 | 16, sizes: readonly number[]): Uint8Array {
  const bytes = Buffer.from(movie);
  const at = bytes.indexOf("stsz") - 4;
  const end = at + bytes.readUInt32BE(at);
  const hex = sizes.map((size) => size.toString(16).padStart(bits / 4, "0")).join("");
  const table = Buffer.from(hex.padEnd(hex.length + (hex.length % 2), "0"), "hex");
  bytes.fill(0, at, end);
  bytes.writeUInt32BE(20 + table.length, at);
  bytes.write("stz2", at + 4);
  bytes.writeUInt32BE(bits, at + 12);
  bytes.writeUInt32BE(sizes.length, at + 16);
  table.copy(bytes, at + 20);
  bytes.writeUInt32BE(end - at - 20 - table.length, at + 20 + table.length);
  bytes.write("free", at + 24 + table.length);
  return bytes;
}

test("sizes of 4, 8 and 16 bits are read (stz2, 8.7.3.3)", async () => {
  const movie = movieOf();
  for (const bits of [4, 8, 16] as const) {
    const sizes = frames.video.map(({ data }, place) => (bits === 16 ? data.length : place % 16));
    const { tracks } = await readBytes(compactSizes(movie, bits, sizes));
    assert.deepEqual([...(tracks[0]?.table.sizes ?? [])], sizes);
  }
  await assert.rejects(
    readBytes(changed(compactSizes(movie, 8, [1, 2]), "stz2", 8, 5)),
    MalformedInput,
  );
});

test("a fragmented movie has no outline, by a reason of its own", async () => {
  const bytes = fragments(12);
  const read = async (offset: number, length: number) => bytes.subarray(offset, offset + length);
  await assert.rejects(outlineMovie(read, bytes.length), (error) => {
    return error instanceof UnsupportedMovie && error.why === "fragmented";
  });
});

test("a movie that is cut anywhere before its moov ends is malformed", async () => {
  await assert.rejects(readBytes(source.subarray(0, source.length - 1)), MalformedInput);
  await assert.rejects(readBytes(source.subarray(0, 1000)), MalformedInput);
  await assert.rejects(readBytes(new Uint8Array()), MalformedInput);
});

/** Changes the 32-bit number that stands `behind` the name of a box. */
function changed(movie: Uint8Array, type: string, behind: number, value: number): Uint8Array {
  const bytes = Buffer.from(movie);
  bytes.writeUInt32BE(value, bytes.indexOf(type) + behind);
  return bytes;
}

test("hostile counts, places outside the file and chunks that overlap are malformed", async () => {
  const movie = movieOf();
  const stco = Buffer.from(movie).indexOf("stco");
  const second = Buffer.from(movie).readUInt32BE(stco + 16);
  for (const [type, behind, value] of [
    ["stsz", 12, 0xffff_ffff], // samples
    ["stsz", 8, 1], // one size for all: chunks and samples still agree, places do not
    ["stco", 8, 0x3fff_ffff],
    ["stco", 12, movie.length],
    ["stco", 12, second],
    ["stco", 12, 100], // in the moov
    ["stsc", 8, 0x1555_5555],
    ["stsc", 12, 2],
    ["stsc", 16, 0xffff_ffff],
    ["stsc", 20, 2],
    ["stts", 8, 0x1fff_ffff],
    ["stts", 12, 1],
    ["ctts", 8, 0x1fff_ffff],
    ["stss", 8, 0x3fff_ffff],
    ["stss", 12, 0],
    ["stss", 12, 26],
    ["elst", 8, 0x0fff_ffff],
    ["mdhd", 16, 0],
    ["mvhd", 16, 0],
    ["stsd", 8, 9],
  ] as const) {
    const bytes = changed(movie, type, behind, value);
    if (type === "stsz" && behind === 8) {
      const { tracks } = await readBytes(bytes);
      assert.deepEqual(new Set(tracks[0]?.table.sizes), new Set([1]));
      continue;
    }
    await assert.rejects(readBytes(bytes), MalformedInput, `${type} ${behind} ${value}`);
  }
});

test("no bytes make the reader do anything but read or refuse", async () => {
  const chapters = [{ at: millis(0), title: "one" }];
  const presentation = new Map([[1, { mediaTime: 7200, duration: 9000 }]]);
  const movie = movieOf({ title: "title", chapters, presentation });
  const end = Buffer.from(movie).indexOf("mdat");
  const flip = fc.tuple(fc.nat(end), fc.constantFrom(0, 1, 2, 0x7f, 0x80, 0xff));
  await fc.assert(
    fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 5 }), async (flips) => {
      const bytes = Uint8Array.from(movie);
      for (const [at, byte] of flips) bytes[at] = byte;
      try {
        const { tracks } = await readBytes(bytes);
        for (const { table } of tracks) {
          for (const span of spansOf(table, 0, table.count)) {
            assert.ok(span.offset + span.bytes <= bytes.length);
          }
        }
      } catch (error) {
        assert.ok(
          error instanceof MalformedInput || error instanceof UnsupportedMovie,
          String(error),
        );
      }
    }),
    { numRuns: 3000 },
  );
});
