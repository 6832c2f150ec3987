import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import {
  type AvcSps,
  avcPictureSetId,
  MalformedInput,
  parseAvcSps,
  readAvcRecord,
  writeAvcRecord,
} from "./index.ts";

/** The record of a real encode. */
function encode(...options: readonly string[]): Uint8Array {
  const source = ["-f", "lavfi", "-i", "color=size=320x240:rate=25:duration=0.08"];
  const form = ["-c:v", "libx264", "-preset", "ultrafast", ...options];
  const mux = ["-movflags", "empty_moov", "-f", "mp4", "-"];
  const file = execFileSync("ffmpeg", ["-v", "error", ...source, ...form, ...mux]);
  const at = file.indexOf("avcC");
  return file.subarray(at + 4, at - 4 + file.readUInt32BE(at - 4));
}

const FORMS: readonly [
  options: readonly string[],
  facts: Pick<AvcSps, "id" | "chromaFormat" | "bitDepth" | "references" | "progressive">,
][] = [
  [
    ["-pix_fmt", "yuv420p", "-x264-params", "sps-id=31", "-refs", "3"],
    { id: 31, chromaFormat: 1, bitDepth: 8, references: 3, progressive: true },
  ],
  [
    ["-pix_fmt", "yuv422p10le", "-refs", "1"],
    { id: 0, chromaFormat: 2, bitDepth: 10, references: 1, progressive: true },
  ],
  [
    ["-pix_fmt", "yuv420p", "-flags", "+ildct", "-refs", "2"],
    { id: 0, chromaFormat: 1, bitDepth: 8, references: 2, progressive: false },
  ],
];

for (const [options, facts] of FORMS) {
  test(`a record comes apart and together again, and its sets tell their form: ${options[1]}`, () => {
    const record = encode(...options);
    const read = readAvcRecord(record);
    assert.deepEqual(Buffer.from(writeAvcRecord(read)), Buffer.from(record));
    assert.equal(read.lengthBytes, 4);
    const [sps] = read.sps.map(parseAvcSps);
    assert.ok(sps);
    const { id, chromaFormat, bitDepth, references, progressive } = sps;
    assert.deepEqual({ id, chromaFormat, bitDepth, references, progressive }, facts);
    assert.deepEqual(read.pps.map(avcPictureSetId), [facts.id]);
  });
}

test("a record that ends in its parameter sets is refused, wherever it was cut", () => {
  const record = encode("-pix_fmt", "yuv420p");
  const whole = record.length - readAvcRecord(record).extension.length;
  for (let length = 0; length < whole; length += 1) {
    assert.throws(() => readAvcRecord(record.subarray(0, length)), MalformedInput);
  }
});
