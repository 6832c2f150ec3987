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

test("a copy takes names, texts and sound alone, and is told what needs an encoder", () => {
  const subtitles = [{ language: "pt-BR", text: "1\n", format: "srt", timing: "broadcast" }];
  const copy = { broadcast, renditions: ["source", "small"], tracks: ["audio"], subtitles };
  assert.equal(validate(ExportCreate, copy).mode, "copy");
  const needed = 'needs an encoder: ask for mode "transcode"';
  for (const [options, field] of [
    [{ renditions: ["source", { height: 720 }] }, "renditions.1"],
    [{ subtitles: [{ language: "en", text: "x", burn: true }] }, "subtitles.0.burn"],
    [{ loudness: -23 }, "loudness"],
    [{ watermark: { image: png } }, "watermark"],
  ] as const) {
    assert.deepEqual(refused(options), [field, `${field}: ${needed}`]);
    assert.ok(ExportCreate.safeParse({ broadcast, mode: "transcode", ...options }).success);
  }
});

test("a name that tells no height can't be made", () => {
  assert.deepEqual(refused({ mode: "transcode", renditions: ["720p", "small"] }), [
    "renditions.1",
    'renditions.1: give a name like "720p", or figures',
  ]);
  assert.equal(refused({ renditions: ["720p", "720p"] })[0], "renditions.1");
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
    [{ subtitles: Array.from({ length: 21 }, () => ({ language: "en", text: "x" })) }, "subtitles"],
    [{ tracks: ["text"] }, "tracks.0"],
  ] as const) {
    assert.equal(refused(options)[0], field);
  }
});
