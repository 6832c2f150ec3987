import assert from "node:assert/strict";
import { test } from "node:test";
import { MalformedInput, type Track } from "@oxbow/media";
import * as fc from "fast-check";
import { clip, decodedTimes, judged, made, readBytes } from "../ffmpeg-for-tests.ts";
import {
  type PositionedRead,
  readInit,
  runBytes,
  runOf,
  type SampleRun,
  type ScannedChunk,
  scanFragmentFile,
  scanFragments,
  spansOf,
  writeFragmentHeader,
  writeInit,
} from "../index.ts";
import { AUDIO, anyRun, audioTrack, spelled, VIDEO, videoTrack } from "../runs-for-tests.ts";

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

async function collect(chunks: AsyncIterable<ScannedChunk>): Promise<ScannedChunk[]> {
  const found: ScannedChunk[] = [];
  for await (const chunk of chunks) found.push(chunk);
  return found;
}

/** Reads of a file in memory, into one buffer that is used again. */
function reader(file: Uint8Array): PositionedRead {
  const buffer = new Uint8Array(file.length);
  return (offset, length) => {
    const part = file.subarray(offset, offset + length);
    buffer.fill(0xee);
    buffer.set(part);
    return Promise.resolve(buffer.subarray(0, part.length));
  };
}

const chunk = fc.record({
  sequence: fc.nat(),
  track: fc.integer({ min: 1, max: 2 ** 31 }),
  dts: fc.oneof(fc.nat(), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  samples: anyRun,
});

function fileOf(
  chunks: readonly { sequence: number; track: number; dts: number; samples: SampleRun }[],
) {
  const parts: Uint8Array[] = [writeInit([videoTrack, audioTrack])];
  for (const one of chunks) {
    parts.push(writeFragmentHeader(one), new Uint8Array(runBytes(one.samples)).fill(0x5a));
  }
  return concat(parts);
}

const plain = ({ samples, ...rest }: ScannedChunk) => ({ ...rest, samples: spelled(samples) });

test("chunks that are written are found again, as bytes and as a file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 6 }), async (chunks) => {
      const file = fileOf(chunks);
      const found = [...scanFragments(file)];
      let offset = writeInit([videoTrack, audioTrack]).length;
      const expected = chunks.map(({ samples, ...rest }) => {
        const headerBytes = writeFragmentHeader({ ...rest, samples }).length;
        const bytes = headerBytes + runBytes(samples);
        offset += bytes;
        return { offset: offset - bytes, bytes, headerBytes, ...rest, samples: spelled(samples) };
      });
      assert.deepEqual(found.map(plain), expected);
      assert.deepEqual(await collect(scanFragmentFile(reader(file), file.length)), found);
    }),
  );
});

test("a file that is cut anywhere is good up to its last whole chunk", async () => {
  const samples: SampleRun = { count: 2, sizes: Uint32Array.of(30, 7), durations: 5, syncs: "all" };
  const chunks = [0, 10, 20].map((dts, place) => ({ sequence: place, track: 1, dts, samples }));
  const file = fileOf(chunks);
  const ends = [...scanFragments(file)].map((found) => found.offset + found.bytes);
  assert.equal(ends.at(-1), file.length);
  for (let length = 0; length <= file.length; length++) {
    const cut = file.subarray(0, length);
    const whole = ends.filter((end) => end <= length).length;
    assert.equal([...scanFragments(cut)].length, whole);
    assert.equal((await collect(scanFragmentFile(reader(cut), length))).length, whole);
  }
});

test("zeros behind the chunks are malformed, after the chunks were given", () => {
  const samples: SampleRun = { count: 1, sizes: Uint32Array.of(9), durations: 5, syncs: "all" };
  const file = concat([fileOf([{ sequence: 1, track: 1, dts: 0, samples }]), new Uint8Array(64)]);
  const scan = scanFragments(file);
  assert.equal(scan.next().value?.sequence, 1);
  assert.throws(() => scan.next(), MalformedInput);
});

/** The chunks, or what is malformed. */
async function outcome(chunks: () => Promise<ScannedChunk[]>): Promise<unknown> {
  try {
    return (await chunks()).map(plain);
  } catch (error) {
    assert.ok(error instanceof MalformedInput, String(error));
    return error.message;
  }
}

test("no bytes make a scan do anything but find or refuse", async () => {
  const samples: SampleRun = {
    count: 3,
    sizes: Uint32Array.of(3, 4, 5),
    durations: Uint32Array.of(1, 2, 3),
    ctos: Int32Array.of(1, 0, -1),
    syncs: Uint32Array.of(1),
  };
  const head = writeFragmentHeader({ sequence: 1, track: 1, dts: 0, samples });
  const file = concat([head, new Uint8Array(12), head, new Uint8Array(12)]);
  const flips = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(flips, async (changes) => {
      const bytes = Uint8Array.from(file);
      for (const [at, byte] of changes) bytes[at] = byte;
      assert.deepEqual(
        await outcome(() => Promise.resolve([...scanFragments(bytes)])),
        await outcome(() => collect(scanFragmentFile(reader(bytes), bytes.length))),
      );
    }),
    { numRuns: 3000 },
  );
});

function write(samples: SampleRun, dts = 0): Uint8Array {
  return writeFragmentHeader({ sequence: 1, track: 1, dts, samples });
}

test("a header says each thing once (ISO/IEC 23000-19 §7.5)", () => {
  const sizes = new Uint32Array(15).fill(100);
  const run = { count: 15, sizes, durations: 3000 };
  const fixed = 104;
  assert.deepEqual(
    [
      write({ ...run, syncs: "all" }).length,
      write({ ...run, syncs: new Uint32Array() }).length,
      write({ ...run, syncs: Uint32Array.of(0) }).length,
      write({ ...run, syncs: Uint32Array.of(0, 7) }).length,
      write({ ...run, syncs: "all", ctos: new Int32Array(15).fill(1) }).length,
    ],
    [fixed + 60, fixed + 60, fixed + 4 + 60, fixed + 120, fixed + 120],
  );
});

test("runs that make no chunk are refused", () => {
  const good = { count: 1, sizes: Uint32Array.of(1), durations: 1, syncs: "all" } as const;
  assert.throws(() => write({ ...good, count: 0, sizes: new Uint32Array() }), RangeError);
  assert.throws(() => write({ ...good, sizes: Uint32Array.of(1, 2) }), RangeError);
  assert.throws(() => write({ ...good, sizes: Uint32Array.of(2 ** 32 - 5) }), RangeError);
  assert.throws(() => write(good, -1), RangeError);
});

test("an initialization segment is read back whole, rotation, aspect, colour and language too", () => {
  const opus = Buffer.from("4f707573486561640102380180bb0000000000", "hex");
  const configs: Track["config"][] = [
    { ...VIDEO, rotation: 90, pixelAspect: [4, 3] },
    { ...VIDEO, rotation: 180 },
    { ...VIDEO, rotation: 270 },
    AUDIO,
    {
      ...AUDIO,
      codec: "opus",
      codecString: "opus",
      record: Uint8Array.from(opus),
      samplesPerFrame: 960,
    },
  ];
  const tracks = configs.map((config, place) => {
    const timescale = config.kind === "video" ? 90_000 : 48_000;
    return { id: place + 3, timescale, language: "fra", config };
  });
  const init = writeInit(tracks);
  assert.deepEqual(readInit(init), { tracks, bytes: init.length });
  assert.throws(() => readInit(init.subarray(0, init.length - 1)), MalformedInput);
  assert.throws(() => writeInit([]), RangeError);
  assert.throws(() => writeInit([videoTrack, videoTrack]), RangeError);
});

/** A movie's tracks as a fragmented file with parts of half a second. */
async function fragmented(movie: Buffer): Promise<{ file: Uint8Array; tracks: Track[] }> {
  const { tracks } = await readBytes(movie);
  const parts: { time: number; bytes: Uint8Array[] }[] = [];
  for (const { track, table } of tracks) {
    const perPart = Math.round(table.count / (table.duration / track.timescale) / 2);
    for (let from = 0; from < table.count; from += perPart) {
      const to = Math.min(table.count, from + perPart);
      const dts = table.dts[from] ?? 0;
      const samples = runOf(table, from, to);
      const head = writeFragmentHeader({
        sequence: parts.length + 1,
        track: track.id,
        dts,
        samples,
      });
      const payload = spansOf(table, from, to).map(({ offset, bytes }) =>
        movie.subarray(offset, offset + bytes),
      );
      parts.push({ time: dts / track.timescale, bytes: [head, ...payload] });
    }
  }
  const ordered = parts.toSorted((a, b) => a.time - b.time).flatMap((part) => part.bytes);
  const known = tracks.map(({ track }) => track);
  return { file: concat([writeInit(known), ...ordered]), tracks: known };
}

test("ffmpeg decodes a fragmented file of ours to the last frame, with B-frames", async () => {
  const { file } = await fragmented(await clip());
  const times = await decodedTimes(file, "v:0");
  assert.deepEqual(
    times.map((time) => time - (times[0] ?? 0)),
    Array.from({ length: 25 }, (_, frame) => frame * 3600),
  );
  assert.equal((await decodedTimes(file, "a:0")).length, 45);
  const shown = ["-show_entries", "packet=flags", "-select_streams", "v", "-of", "csv=p=0", "FILE"];
  const flags = (await judged("ffprobe", file, shown)).trim().split("\n");
  assert.deepEqual(
    flags.flatMap((flag, place) => (flag.startsWith("K") ? [place] : [])),
    [0, 10, 20],
  );
});

test("other codecs keep their sample entries: HEVC, AV1, VP9, Opus, AC-3, FLAC", async () => {
  const video = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=0.5"];
  const audio = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=0.5"];
  const forms: readonly (readonly [string, readonly string[], string])[] = [
    [
      "hvc1.1.6.L30.90",
      ["-c:v", "libx265", "-tag:v", "hvc1", "-x265-params", "log-level=0"],
      "v:0",
    ],
    ["av01.0.00M.08", ["-c:v", "libaom-av1", "-cpu-used", "8"], "v:0"],
    ["vp09.00.10.08", ["-c:v", "libvpx-vp9", "-deadline", "realtime"], "v:0"],
    ["opus", ["-c:a", "libopus"], "a:0"],
    ["ac-3", ["-c:a", "ac3"], "a:0"],
    ["fLaC", ["-c:a", "flac", "-strict", "-2"], "a:0"],
    ["mp4a.6b", ["-c:a", "libmp3lame"], "a:0"],
  ];
  for (const [codecString, form, stream] of forms) {
    const source = stream === "v:0" ? [...video, "-pix_fmt", "yuv420p"] : audio;
    const { file, tracks } = await fragmented(await made([...source, ...form]));
    assert.deepEqual(readInit(file).tracks, tracks);
    assert.deepEqual(
      tracks.map((track) => track.config.codecString),
      [codecString],
    );
    const count = (await decodedTimes(file, stream === "v:0" ? "v:0" : "a:0")).length;
    assert.ok(count >= 5, `${codecString}: ${count} frames`);
  }
});
