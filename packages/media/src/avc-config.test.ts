import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import * as fc from "fast-check";
import { MalformedInput, parseAvcConfig } from "./index.ts";

/** The avcC that libx264 makes, and what ffprobe says of the stream. */
function encode(
  size: string,
  options: readonly string[],
): { record: Uint8Array; probed: Record<string, string> } {
  const source = ["-f", "lavfi", "-i", `color=size=${size}:rate=25:duration=0.08`];
  const form = ["-c:v", "libx264", "-preset", "ultrafast", ...options];
  const mux = ["-movflags", "empty_moov", "-f", "mp4", "-"];
  const file = execFileSync("ffmpeg", ["-v", "error", ...source, ...form, ...mux]);
  const shown = ["-v", "error", "-show_streams", "-of", "default=nw=1", "-"];
  const text = execFileSync("ffprobe", shown, { input: file }).toString();
  const probed = Object.fromEntries(text.split("\n").map((line) => line.split("=", 2)));
  const at = file.indexOf("avcC");
  return { record: file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4)), probed };
}

const BT709 = ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709"];

const encodes: readonly [name: string, size: string, options: readonly string[]][] = [
  ["High, cropped to 854 × 480", "854x480", ["-pix_fmt", "yuv420p", "-profile:v", "high"]],
  ["Baseline, 1080 lines", "1920x1080", ["-pix_fmt", "yuv420p", "-profile:v", "baseline"]],
  ["interlaced", "720x576", ["-pix_fmt", "yuv420p", "-flags", "+ildct", "-x264-params", "tff=1"]],
  ["4:2:2", "322x242", ["-pix_fmt", "yuv422p"]],
  ["4:4:4", "352x288", ["-pix_fmt", "yuv444p", "-vf", "crop=321:241:exact=1"]],
  ["10 bits", "320x240", ["-pix_fmt", "yuv420p10le"]],
  ["grey", "338x242", ["-pix_fmt", "gray"]],
  ["a known aspect", "720x576", ["-pix_fmt", "yuv420p", "-vf", "setsar=16/11"]],
  ["an odd aspect", "854x480", ["-pix_fmt", "yuv420p", "-vf", "setsar=1280/1281"]],
  ["scaling lists", "320x240", ["-pix_fmt", "yuv420p", "-x264-params", "cqm=jvt:8x8dct=1"]],
];

for (const [name, size, options] of encodes) {
  test(`a real encode is read as ffprobe reads it: ${name}`, () => {
    const { record, probed } = encode(size, options);
    const config = parseAvcConfig(record);
    const aspect = probed["sample_aspect_ratio"] ?? "1:1";
    const [profile, level] = [record[1] ?? 0, record[3] ?? 0];
    assert.deepEqual(
      {
        size: `${config.width}x${config.height}`,
        aspect: config.pixelAspect.join(":"),
        profile: Number.parseInt(config.codecString.slice(5, 7), 16),
        level: Number.parseInt(config.codecString.slice(9), 16),
      },
      {
        size: `${probed["width"]}x${probed["height"]}`,
        aspect: aspect === "N/A" ? "1:1" : aspect,
        profile,
        level,
      },
    );
    assert.equal(String(level), probed["level"]);
  });
}

test("colour is told where the bitstream tells it, and full range alone too", () => {
  const plain = ["-pix_fmt", "yuv420p"];
  assert.equal("colour" in parseAvcConfig(encode("320x240", plain).record), false);
  assert.deepEqual(parseAvcConfig(encode("320x240", [...plain, ...BT709]).record).colour, {
    primaries: 1,
    transfer: 1,
    matrix: 1,
    fullRange: false,
  });
  const full = encode("320x240", [...plain, "-x264-params", "fullrange=on"]);
  assert.deepEqual(parseAvcConfig(full.record).colour, {
    primaries: 2,
    transfer: 2,
    matrix: 2,
    fullRange: true,
  });
});

test("a frame rate is told only where it is fixed (ISO/IEC 14496-10 §E.2.1)", () => {
  const rate = ["-pix_fmt", "yuv420p", "-r", "30000/1001"];
  const fixed = encode("320x240", [...rate, "-x264-params", "force-cfr=1"]).record;
  assert.equal(parseAvcConfig(fixed).frameRate, 30_000 / 1001);
  assert.equal("frameRate" in parseAvcConfig(encode("320x240", rate).record), false);
});

/** Constrained baseline at 3.1, 1280 × 720, square pixels, BT.709, from libx264. */
const RECORD = Buffer.from(
  "0142c01fffe1001c6742c01fda014016ec05a808080a000003000200000300641e30654001000468ce0fc8",
  "hex",
);

test("a record is kept as it is, and read whole", () => {
  assert.deepEqual(parseAvcConfig(RECORD), {
    kind: "video",
    codec: "avc",
    record: RECORD,
    codecString: "avc1.42c01f",
    width: 1280,
    height: 720,
    pixelAspect: [1, 1],
    colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
  });
});

test("a record that is cut short anywhere is malformed", () => {
  for (let length = 0; length < RECORD.length; length++) {
    assert.throws(() => parseAvcConfig(RECORD.subarray(0, length)), MalformedInput);
  }
});

/** A config with possible numbers, or MalformedInput: nothing else. */
function readOrRefuse(record: Uint8Array): void {
  try {
    const { width, height, pixelAspect, frameRate } = parseAvcConfig(record);
    assert.ok(width > 0 && width <= 16_384 && height > 0 && height <= 16_384);
    assert.ok(pixelAspect[0] > 0 && pixelAspect[1] > 0);
    assert.ok(frameRate === undefined || (frameRate > 0 && frameRate <= 1000));
  } catch (error) {
    assert.ok(error instanceof MalformedInput, String(error));
  }
}

test("no bytes make the parser do anything but read or refuse", () => {
  const flips = fc.array(fc.tuple(fc.nat(RECORD.length - 1), fc.nat(255)), { maxLength: 6 });
  fc.assert(
    fc.property(flips, (changes) => {
      const record = Uint8Array.from(RECORD);
      for (const [at, byte] of changes) record[at] = byte;
      readOrRefuse(record);
    }),
    { numRuns: 3000 },
  );
  const behind = fc.uint8Array({ maxLength: 60 });
  fc.assert(
    fc.property(behind, (bytes) => {
      readOrRefuse(bytes);
      readOrRefuse(
        Uint8Array.from([1, 100, 0, 31, 255, 225, 0, bytes.length + 1, 0x67, ...bytes, 0]),
      );
    }),
    { numRuns: 3000 },
  );
});
