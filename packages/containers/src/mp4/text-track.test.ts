import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Cue, MalformedInput, millis } from "@oxbow/media";
import * as fc from "fast-check";
import { judged, made, readBytes, withFolder } from "../ffmpeg-for-tests.ts";
import {
  createMovieTable,
  type FoundText,
  type MovieOptions,
  type MovieText,
  readMovieTexts,
  UnsupportedMovie,
} from "../index.ts";
import { box, serialise, utf8 } from "../isobmff/index.ts";
import { AUDIO, VIDEO } from "../runs-for-tests.ts";
import { readWebVttSample } from "./web-vtt-sample.ts";

const cue = (from: number, to: number, text: string): Cue => ({
  from: millis(from),
  to: millis(to),
  text,
});

/** A frame of AAC in which nothing is heard. */
const SILENCE = Uint8Array.of(0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c);
const FRAMES = 469;
const PAYLOAD = FRAMES * SILENCE.length;

/** A movie of ten seconds of silence with these texts. */
function movieWith(texts: readonly MovieText[], more: Partial<MovieOptions> = {}): Uint8Array {
  const table = createMovieTable([{ id: 2, timescale: 48_000, language: "und", config: AUDIO }]);
  const sizes = new Uint32Array(FRAMES).fill(SILENCE.length);
  table.append(2, { count: FRAMES, sizes, durations: 1024, syncs: "all" }, 0);
  const options = { payloadBytes: PAYLOAD, presentation: new Map(), texts, ...more };
  const { header } = table.finish(options);
  const movie = new Uint8Array(header.length + PAYLOAD);
  movie.set(header);
  for (let at = header.length; at < movie.length; at += SILENCE.length) movie.set(SILENCE, at);
  return movie;
}

function textsOf(movie: Uint8Array): Promise<FoundText[]> {
  const read = (offset: number, length: number): Promise<Uint8Array> =>
    Promise.resolve(movie.subarray(offset, offset + length));
  return readMovieTexts(read, movie.length);
}

const SPOKEN = [
  cue(0, 900, "from the <i>very</i> first picture"),
  cue(1000, 2500, "a < b &amp; <b>bold <u>both</u></b>".replace("<", "&lt;")),
  cue(2500, 3000, "two\nlines"),
  cue(7001, 9999, "Olá — 你好 — 🙂 <i>🙂</i>"),
];

// ffmpeg writes tags in its own way, and escapes nothing.
test("ffmpeg finds the cues of our subtitle tracks: times, text and faces", async () => {
  const movie = movieWith([{ language: "pt-BR", label: "Português", default: true, cues: SPOKEN }]);
  const vtt = await judged("ffmpeg", movie, ["-i", "FILE", "-map", "0:s:0", "-f", "webvtt", "-"]);
  assert.equal(
    vtt,
    `WEBVTT

00:00.000 --> 00:00.900
from the <i>very</i> first picture

00:01.000 --> 00:02.500
a < b & <b>bold </b><b><u>both</u></b>

00:02.500 --> 00:03.000
two
lines

00:07.001 --> 00:09.999
Olá — 你好 — 🙂 <i>🙂</i>
`
      .replaceAll("&lt;", "<")
      .replaceAll("&amp;", "&"),
  );
});

test("ffprobe is told language, name, and which one is shown unasked", async () => {
  const cues = [cue(0, 1000, "x")];
  const movie = movieWith([
    { language: "pt-BR", label: "Português", default: true, cues },
    { language: "zh-Hant", default: false, cues },
  ]);
  const tags = "stream_disposition=default:stream_tags=language,handler_name";
  const told = await judged("ffprobe", movie, [
    ...["-select_streams", "s", "-show_entries", `stream=codec_name,codec_tag_string:${tags}`],
    ...["-of", "csv=p=0", "FILE"],
  ]);
  assert.deepEqual(told.trim().split("\n"), [
    "mov_text,tx3g,1,por,Português",
    "mov_text,tx3g,0,zho,Subtitles",
  ]);
});

test("what is written is read: cues that follow one another, and those that stand together", async () => {
  const texts = [
    { language: "pt-BR", label: "Brasil", default: true, forced: false, cues: SPOKEN },
    {
      language: "en",
      default: false,
      forced: true,
      cues: [cue(1000, 4000, "a"), cue(2000, 3000, "b")],
    },
    { language: "und", default: false, forced: false, cues: [cue(9000, 99_000, "to the end")] },
    { language: "es", default: false, forced: false, cues: [cue(11_000, 12_000, "after it")] },
  ];
  assert.deepEqual(await textsOf(movieWith(texts)), [
    { id: 3, ...texts[0] },
    {
      id: 4,
      ...texts[1],
      cues: [cue(1000, 2000, "a"), cue(2000, 3000, "a\nb"), cue(3000, 4000, "a")],
    },
    { id: 5, ...texts[2], cues: [cue(9000, 10_005, "to the end")] },
  ]);
});

test("a movie with texts and chapters has both, and its media where they were", async () => {
  const chapters = [
    { at: millis(0), title: "One" },
    { at: millis(4000), title: "Two" },
  ];
  const texts = [{ language: "en", default: true, cues: SPOKEN }];
  const movie = movieWith(texts, { chapters, align: { modulo: 512, remainder: 7 } });
  const { tracks, others, chapters: found } = await readBytes(movie);
  assert.deepEqual(found, chapters);
  assert.deepEqual(
    others.map(({ handler, codec }) => [handler, codec]),
    [
      ["sbtl", "tx3g"],
      ["text", "text"],
    ],
  );
  assert.equal(tracks[0]?.table.offsets[0], movie.length - PAYLOAD);
  assert.equal((movie.length - PAYLOAD) % 512, 7);
  assert.deepEqual(
    (await textsOf(movie)).map(({ cues }) => cues),
    [SPOKEN],
  );
});

test("a text stands over the lower part of the picture as it is seen", async () => {
  const config = { ...VIDEO, rotation: 90 } as const;
  const table = createMovieTable([{ id: 1, timescale: 90_000, language: "und", config }]);
  table.append(1, { count: 1, sizes: Uint32Array.of(4), durations: 90_000, syncs: "all" }, 0);
  const texts = [{ language: "en", default: true, cues: [cue(0, 500, "x")] }];
  const { header } = table.finish({ payloadBytes: 4, presentation: new Map(), texts });
  const at = Buffer.from(header).lastIndexOf("tkhd");
  const view = new DataView(header.buffer, at + 4);
  const layer = view.getInt16(32);
  const [top, width, height] = [view.getUint32(68), view.getUint32(76), view.getUint32(80)];
  const picture = { layer, top: top / 65_536, width: width / 65_536, height: height / 65_536 };
  assert.deepEqual(picture, { layer: -1, top: 1024, width: 720, height: 256 });
});

test("whatever the cues, what is read shows the same at every time", async () => {
  const any = fc.record({
    from: fc.nat(9000),
    long: fc.integer({ min: 1, max: 3000 }),
    text: fc.stringMatching(/^[a-z<>&é🙂]{1,12}$/u),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(any, { minLength: 1, maxLength: 12 }), async (wanted) => {
      const escaped = (text: string): string =>
        text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      const cues = wanted.map(({ from, long, text }) => cue(from, from + long, escaped(text)));
      const [found] = await textsOf(movieWith([{ language: "en", default: false, cues }]));
      for (let at = 0; at < 10_000; at += 251) {
        const shown = (all: readonly Cue[]): string[] =>
          all
            .filter(({ from, to }) => from <= at && at < to)
            .flatMap(({ text }) => text.split("\n"));
        assert.deepEqual(shown(found?.cues ?? []).toSorted(), shown(cues).toSorted());
      }
    }),
    { numRuns: 60 },
  );
});

test("subtitles that ffmpeg wrote are read, edit list and all", async () => {
  const srt =
    "1\n00:00:00,500 --> 00:00:01,250\n<b>um</b> & <i>dois</i>\n\n2\n00:00:02,000 --> 00:00:03,000\ntrês\n";
  const movie = await withFolder(async (folder) => {
    const path = join(folder, "s.srt");
    await writeFile(path, srt);
    const sound = ["-f", "lavfi", "-i", "sine=duration=4", "-i", path, "-map", "0", "-map", "1"];
    const codecs = ["-c:a", "aac", "-c:s", "mov_text", "-metadata:s:s:0", "language=por"];
    return made([...sound, ...codecs]);
  });
  const [found] = await textsOf(movie);
  assert.deepEqual(found && { language: found.language, cues: found.cues }, {
    language: "por",
    cues: [cue(500, 1250, "<b>um</b> &amp; <i>dois</i>"), cue(2000, 3000, "três")],
  });
});

test("cues of a wvtt sample are read with name and settings (ISO/IEC 14496-30 §6.6)", () => {
  const vttc = box(
    "vttc",
    box("iden", utf8("intro")),
    box("sttg", utf8("line:0")),
    box("payl", utf8("<v Ana>Oi")),
  );
  assert.deepEqual(readWebVttSample(serialise([vttc, box("vtta", utf8("note"))])), [
    { text: "<v Ana>Oi", name: "intro", settings: "line:0" },
  ]);
  assert.deepEqual(readWebVttSample(serialise([box("vtte")])), []);
});

test("whatever is changed in a movie with texts, they are read or refused by name", async () => {
  const movie = movieWith([{ language: "pt", default: true, cues: SPOKEN }]);
  const end = movie.length - PAYLOAD;
  const change = fc.tuple(fc.nat(end), fc.integer({ min: 0, max: 255 }));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const broken = Uint8Array.from(movie);
      for (const [at, value] of changes) broken[at] = value;
      try {
        await textsOf(broken);
      } catch (error) {
        assert.ok(
          error instanceof MalformedInput || error instanceof UnsupportedMovie,
          String(error),
        );
      }
    }),
    { numRuns: 500 },
  );
});
