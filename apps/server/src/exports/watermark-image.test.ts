import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Fault } from "@oxbow/contract";
import { readWatermark } from "./watermark-image.ts";

const run = promisify(execFile);

async function picture(codec: string, size: string): Promise<Buffer> {
  const source = ["-f", "lavfi", "-i", `color=red:s=${size}`, "-frames:v", "1"];
  const args = ["-v", "error", ...source, "-c:v", codec, "-f", "image2pipe", "-"];
  return (await run("ffmpeg", args, { encoding: "buffer" })).stdout;
}

const refused = (bytes: Buffer, why: RegExp): void => {
  const is = (error: unknown): boolean =>
    error instanceof Fault && error.code === "invalid_request" && why.test(error.message);
  assert.throws(() => readWatermark(bytes.toString("base64")), is);
};

test("PNG and JPEG tell their size", async () => {
  for (const [codec, kind] of [
    ["png", "png"],
    ["mjpeg", "jpeg"],
  ] as const) {
    const { bytes: _, ...read } = readWatermark((await picture(codec, "48x20")).toString("base64"));
    assert.deepEqual(read, { kind, width: 48, height: 20 });
  }
});

test("what is no image, cut off, too large or a huge picture in a small file is refused", async () => {
  const png = await picture("png", "16x16");
  const jpeg = await picture("mjpeg", "16x16");
  refused(Buffer.from("GIF89a and more than thirty-three bytes of it"), /neither PNG nor JPEG/);
  refused(jpeg.subarray(0, 12), /neither/);
  refused(Buffer.alloc(600_000, png), /512 KiB/);
  png.writeUInt32BE(100_000, 16);
  png.writeUInt32BE(1000, 20);
  refused(png, /100000 × 1000/);
});

test("no bytes make it hang", () => {
  for (let seed = 1; seed < 2000; seed += 1) {
    const bytes = Buffer.from(Array.from({ length: 64 }, (_, at) => (seed * (at + 7) * 31) % 256));
    bytes.writeUInt16BE(0xffd8, 0);
    bytes[2] = 0xff;
    try {
      readWatermark(bytes.toString("base64"));
    } catch (error) {
      assert.ok(error instanceof Fault);
    }
  }
});
