import assert from "node:assert/strict";
import { test } from "node:test";
import { validate } from "../validate.ts";
import { ExportCreate } from "./export.ts";
import { toldRefusal } from "./told-refusal-for-tests.ts";

const broadcast = "brd_1";
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64");
const refused = (options: object) => toldRefusal(ExportCreate, { broadcast, ...options });

test("everything that an encoder can do is read, with what is usual where it is not told", () => {
  const wish = {
    broadcast,
    mode: "transcode",
    cut: "exact",
    gaps: "fill",
    renditions: ["source", "720p", { name: "tiny", height: 180 }, "audio"],
    subtitles: [{ language: "en", text: "WEBVTT\n" }],
    loudness: true,
    watermark: { image: png },
  };
  assert.deepEqual(validate(ExportCreate, wish), {
    ...wish,
    packing: "auto",
    checksum: "sha256",
    title: null,
    metadata: {},
    subtitles: [{ ...wish.subtitles[0], default: false, burn: false, timing: "export" }],
    watermark: { image: png, position: "top-right", opacity: 1, width: 0.15 },
  });
});

test("a quality is named once", () => {
  assert.deepEqual(refused({ renditions: ["720p", "small", { height: 720 }] }), [
    "renditions.2",
    'renditions.2: is a second "720p": name each once',
  ]);
});

test("what is too large or no image is refused at its field", () => {
  const image = (bytes: number) =>
    Buffer.concat([Buffer.from(png, "base64"), Buffer.alloc(bytes - 16)]).toString("base64");
  const fits = { broadcast, mode: "transcode", watermark: { image: image(512 * 1024) } };
  assert.ok(ExportCreate.safeParse(fits).success);
  const transcode = { mode: "transcode" };
  const text = "x".repeat(1_048_577);
  for (const [options, field] of [
    [{ ...transcode, watermark: { image: image(512 * 1024 + 3) } }, "watermark.image"],
    [
      { ...transcode, watermark: { image: Buffer.from("GIF89a").toString("base64") } },
      "watermark.image",
    ],
    [{ ...transcode, watermark: { image: png, width: 2 } }, "watermark.width"],
    [{ ...transcode, loudness: -4 }, "loudness"],
    [{ ...transcode, loudness: false }, "loudness"],
    [{ subtitles: [{ language: "en", text }] }, "subtitles.0.text"],
    [{ subtitles: [{ language: "english", text: "x" }] }, "subtitles.0.language"],
    [{ subtitles: [{ language: "en-12", text: "x" }] }, "subtitles.0.language"],
    [{ subtitles: Array.from({ length: 21 }, () => ({ language: "en", text: "x" })) }, "subtitles"],
    [{ tracks: ["text"] }, "tracks.0"],
  ] as const) {
    assert.equal(refused(options)[0], field);
  }
});
