import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Cue, millis } from "@oxbow/media";
import { clip, judged, made, readBytes, withFolder } from "../ffmpeg-for-tests.ts";
import {
  type MovieText,
  readMovie,
  readMovieTexts,
  textedMovie,
  UnsupportedMovie,
} from "../index.ts";

const cue = (from: number, to: number, text: string): Cue => ({
  from: millis(from),
  to: millis(to),
  text,
});
const TEXTS: readonly MovieText[] = [
  {
    language: "pt",
    label: "Português",
    default: true,
    forced: false,
    cues: [cue(100, 900, "Olá")],
  },
  { language: "en", label: "English", default: false, forced: false, cues: [cue(200, 400, "Hi")] },
];

const readerOf = (bytes: Uint8Array) => (offset: number, length: number) =>
  Promise.resolve(bytes.subarray(offset, offset + length));

/** The movie that is sent for a file. */
async function texted(file: Uint8Array, texts = TEXTS): Promise<Buffer> {
  const { head, rest, bytes } = await textedMovie(readerOf(file), file.length, texts);
  const pieces = rest.map((span) => file.subarray(span.offset, span.offset + span.bytes));
  const movie = Buffer.concat([head, ...pieces]);
  assert.equal(movie.length, bytes);
  return movie;
}

/** A hash of every packet of picture and sound, with its times. */
const packets = (movie: Uint8Array): Promise<string> =>
  judged("ffmpeg", movie, [
    ...["-i", "FILE", "-map", "0:v", "-map", "0:a", "-c", "copy", "-f", "framehash", "-"],
  ]);

for (const [name, options] of [
  ["moov last", []],
  ["moov first", ["-movflags", "+faststart"]],
  ["QuickTime", ["-f", "mov"]],
] as const) {
  test(`a file with ${name} gets subtitles, and its media stay as they are`, async () => {
    const file = await clip(options);
    const movie = await texted(file);
    assert.equal(await packets(movie), await packets(file));
    const texts = await readMovieTexts(readerOf(movie), movie.length);
    assert.deepEqual(
      texts,
      TEXTS.map((text, at) => ({ id: at + 3, ...text })),
    );
    const { moov, tracks, others } = await readBytes(movie);
    assert.ok(moov.first);
    assert.deepEqual([tracks.length, others.length], [2, 2]);
    const vtt = await judged("ffmpeg", movie, ["-i", "FILE", "-map", "0:s:1", "-f", "webvtt", "-"]);
    assert.equal(vtt, "WEBVTT\n\n00:00.200 --> 00:00.400\nHi\n");
  });
}

test("the subtitles of a file give way to those that it is sent with; its chapters stay", async () => {
  const file = await withFolder(async (folder) => {
    const [source, srt, meta] = ["a.mp4", "b.srt", "c.txt"].map((name) => join(folder, name));
    await writeFile(source ?? "", await clip());
    await writeFile(srt ?? "", "1\n00:00:00,100 --> 00:00:00,500\nold\n");
    const chapter = "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n";
    await writeFile(meta ?? "", `;FFMETADATA1\n${chapter}`);
    const inputs = [source, srt, meta].flatMap((path) => ["-i", path ?? ""]);
    return made([
      ...inputs,
      "-map",
      "0",
      "-map",
      "1",
      "-map_metadata",
      "2",
      "-c",
      "copy",
      "-c:s",
      "mov_text",
    ]);
  });
  const movie = await texted(file, TEXTS.slice(0, 1));
  assert.equal(await packets(movie), await packets(file));
  const texts = await readMovieTexts(readerOf(movie), movie.length);
  assert.deepEqual(
    texts.map(({ cues }) => cues),
    [TEXTS[0]?.cues],
  );
  const told = await readBytes(movie);
  assert.deepEqual(told.chapters, (await readBytes(file)).chapters);
  assert.equal(told.chapters.length, 1);
});

test("where the texts move media beyond 4 GiB, its offsets take 64 bits", async () => {
  const file = await clip(["-movflags", "+faststart"]);
  const size = 2 ** 32 - 10;
  const { head, rest, bytes } = await textedMovie(readerOf(file), size, TEXTS);
  assert.equal(bytes, head.length + rest.reduce((sum, span) => sum + span.bytes, 0));
  const moved = head.length - (rest[0]?.offset ?? 0);
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    offset < head.length
      ? Promise.resolve(head.subarray(offset, offset + length))
      : readerOf(file)(offset - moved, length);
  const movie = await readMovie(read, bytes);
  const before = await readBytes(file);
  assert.ok(Buffer.from(head).includes("co64") && !Buffer.from(head).includes("stco"));
  assert.deepEqual(
    movie.tracks.map(({ table }) => Array.from(table.offsets)),
    before.tracks.map(({ table }) => Array.from(table.offsets, (offset) => offset + moved)),
  );
});

test("a movie in fragments is refused by name", async () => {
  const file = await clip(["-movflags", "frag_keyframe+empty_moov"]);
  await assert.rejects(textedMovie(readerOf(file), file.length, TEXTS), UnsupportedMovie);
});
