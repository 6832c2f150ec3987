import assert from "node:assert/strict";
import { test } from "node:test";
import { type Millis, millis, rescale, type Track } from "@oxbow/media";
import * as fc from "fast-check";
import { readBytes } from "../ffmpeg-for-tests.ts";
import {
  createMovieTable,
  type Movie,
  type MovieOptions,
  type MovieTable,
  type Presentation,
  readMovie,
  runBytes,
  runDuration,
  runOf,
  type SampleRun,
  sampleAt,
  spansOf,
  syncAt,
} from "../index.ts";
import { AUDIO, anyRun, audioTrack, spelled, VIDEO, videoTrack } from "../runs-for-tests.ts";

/** The file of a table, its payload all zeros. */
function fileOf(
  table: MovieTable,
  payloadBytes: number,
  options: Partial<MovieOptions> = {},
): Uint8Array {
  const { header } = table.finish({ payloadBytes, presentation: new Map(), ...options });
  const file = new Uint8Array(header.length + payloadBytes);
  file.set(header);
  return file;
}

/** One video run of 25 pictures a second and one of sound, a second each. */
function second(): { table: MovieTable; bytes: number } {
  const table = createMovieTable([videoTrack, audioTrack]);
  const sizes = new Uint32Array(25).fill(100);
  table.append(1, { count: 25, sizes, durations: 3600, syncs: Uint32Array.of(0) }, 0);
  const sound = new Uint32Array(47).fill(10);
  table.append(2, { count: 47, sizes: sound, durations: 1024, syncs: "all" }, 2500);
  return { table, bytes: 2970 };
}

type Spelled = ReturnType<typeof spelled> & { readonly offsets: number[] };

/** The runs of a track one after another, and where the file has to have their samples. */
function joined(runs: readonly { run: SampleRun; at: number }[], payloadOffset: number): Spelled {
  const all: Spelled = { sizes: [], durations: [], ctos: [], syncs: [], offsets: [] };
  for (const { run, at } of runs) {
    const one = spelled(run);
    all.syncs.push(...one.syncs.map((place) => place + all.sizes.length));
    let offset = payloadOffset + at;
    for (const size of one.sizes) {
      all.offsets.push(offset);
      offset += size;
    }
    all.sizes.push(...one.sizes);
    all.durations.push(...one.durations);
    all.ctos.push(...one.ctos);
  }
  return all;
}

function readTrack(movie: Movie, id: number): Spelled | undefined {
  const table = movie.tracks.find(({ track }) => track.id === id)?.table;
  return table && { ...spelled(runOf(table, 0, table.count)), offsets: [...table.offsets] };
}

test("whatever runs are appended, the movie read back has their samples and no others", async () => {
  const appended = fc.record({
    track: fc.constantFrom(1, 2),
    run: anyRun,
    gap: fc.nat(9),
    stretch: fc.option(fc.nat(5000), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(appended, { minLength: 1, maxLength: 12 }), async (appends) => {
      const table = createMovieTable([videoTrack, audioTrack]);
      const runs = new Map<number, { run: SampleRun; at: number }[]>([
        [1, []],
        [2, []],
      ]);
      let at = 0;
      for (const { track, run, gap, stretch } of appends) {
        at += gap;
        table.append(track, run, at);
        let kept = run;
        if (stretch !== undefined) {
          table.stretchLast(track, stretch);
          const durations = spelled(run).durations.with(run.count - 1, stretch);
          kept = { ...run, durations: Uint32Array.from(durations) };
        }
        runs.get(track)?.push({ run: kept, at });
        at += runBytes(run);
      }
      const { payloadOffset } = table.finish({ payloadBytes: at, presentation: new Map() });
      const movie = await readBytes(fileOf(table, at));
      for (const [track, own] of runs) {
        const expected = own.length === 0 ? undefined : joined(own, payloadOffset);
        assert.deepEqual(readTrack(movie, track), expected);
        assert.equal(
          table.duration(track),
          own.reduce((sum, { run }) => sum + runDuration(run), 0),
        );
      }
    }),
  );
});

test("edits come back to the tick, whatever the timescales, delays included (8.6.6)", async () => {
  const ticks = fc.integer({ min: 1, max: 2 ** 40 });
  const edit = fc.record(
    { mediaTime: fc.nat(), duration: ticks, delay: fc.nat() },
    { noNullPrototype: true },
  );
  const scale = fc.constantFrom(44_100, 48_000, 22_050, 90_000, 12_288, 57_600, 1000, 30_000);
  await fc.assert(
    fc.asyncProperty(fc.tuple(scale, scale), edit, edit, async ([a, b], video, audio) => {
      const table = createMovieTable([
        { ...videoTrack, timescale: a },
        { ...audioTrack, timescale: b },
      ]);
      const run: SampleRun = { count: 1, sizes: Uint32Array.of(1), durations: 1, syncs: "all" };
      table.append(1, run, 0);
      table.append(2, run, 1);
      const presentation = new Map<number, Presentation>([
        [1, video],
        [2, audio],
      ]);
      const { tracks } = await readBytes(fileOf(table, 2, { presentation }));
      assert.deepEqual(
        tracks.map((track) => track.presentation),
        [video, audio],
      );
    }),
  );
});

test("title, texts, creation time, language, rotation and chapters are read back", async () => {
  const { table, bytes } = second();
  const createdAt = millis(Date.UTC(2045, 1, 1));
  const chapters = [
    { at: millis(0), title: "Beginning" },
    { at: millis(400), title: "Mitte – ß" },
    { at: millis(2000), title: "beyond the end" },
  ];
  const metadata = { comment: "a comment", encoder: "Oxbow" };
  const movie = await readBytes(
    fileOf(table, bytes, { title: "Ein Titel ✓", createdAt, chapters, metadata }),
  );
  assert.deepEqual(
    {
      ...movie,
      tracks: movie.tracks.map(({ track, enabled }) => ({ track, enabled })),
      moov: movie.moov.first,
    },
    {
      tracks: [
        { track: videoTrack, enabled: true },
        { track: audioTrack, enabled: true },
      ],
      others: [{ id: 3, handler: "text", codec: "text" }],
      durationMs: 1003,
      createdAt,
      title: "Ein Titel ✓",
      metadata,
      chapters: chapters.slice(0, 2),
      moov: true,
    },
  );
});

function marks(...times: readonly number[]): { at: Millis; title: string }[] {
  return times.map((time) => ({ at: millis(time), title: `at ${time}` }));
}

test("time before the first chapter is nobody's, and chapters out of order are refused", async () => {
  const { table, bytes } = second();
  const movie = await readBytes(fileOf(table, bytes, { chapters: marks(300, 500) }));
  assert.deepEqual(movie.chapters, marks(300, 500));
  assert.throws(() => fileOf(table, bytes, { chapters: marks(500, 500) }), RangeError);
});

test("a track that stays empty is left out, and a movie of nothing is refused", async () => {
  const table = createMovieTable([videoTrack, audioTrack]);
  assert.throws(() => table.finish({ payloadBytes: 0, presentation: new Map() }), RangeError);
  table.append(2, { count: 1, sizes: Uint32Array.of(4), durations: 1024, syncs: "all" }, 0);
  const movie = await readBytes(fileOf(table, 4));
  assert.deepEqual(
    movie.tracks.map(({ track }) => track),
    [audioTrack],
  );
});

test("samples outside the payload are refused", () => {
  const { table, bytes } = second();
  assert.throws(
    () => table.finish({ payloadBytes: bytes - 1, presentation: new Map() }),
    RangeError,
  );
  assert.throws(() =>
    table.append(7, { count: 0, sizes: new Uint32Array(), durations: 0, syncs: "all" }, 0),
  );
});

test("a payload begins where it is to, modulo anything", () => {
  const { table, bytes } = second();
  fc.assert(
    fc.property(fc.nat(4095), (remainder) => {
      const align = { modulo: 4096, remainder };
      const { header, payloadOffset } = table.finish({
        payloadBytes: bytes,
        presentation: new Map(),
        align,
      });
      assert.deepEqual(
        [payloadOffset % 4096, header.length, Buffer.from(header.subarray(-4)).toString()],
        [remainder, payloadOffset, "mdat"],
      );
    }),
  );
});

test("a further description holds for the runs after it, and a known one is used again", async () => {
  const other: Track["config"] = { ...VIDEO, codecString: "avc1.42c01f", record: highRecord() };
  const table = createMovieTable([videoTrack]);
  const run: SampleRun = { count: 2, sizes: Uint32Array.of(5, 5), durations: 3000, syncs: "all" };
  table.append(1, run, 0);
  assert.equal(table.describe(1, other), 2);
  table.append(1, run, 10);
  assert.equal(table.describe(1, VIDEO), 1);
  table.append(1, run, 20);
  assert.throws(() => table.describe(1, AUDIO), RangeError);
  const [track] = (await readBytes(fileOf(table, 30))).tracks;
  assert.deepEqual([...(track?.table.descriptions ?? [])], [1, 1, 2, 2, 1, 1]);
  assert.deepEqual(track?.configs, [VIDEO, other]);
});

/** The same parameter sets, with the picture parameter set told twice. */
function highRecord(): Uint8Array {
  const { record } = VIDEO;
  const at = record.length - 6;
  const set = record.subarray(at);
  const again = Uint8Array.from([...record, ...set]);
  again[at - 1] = 2;
  return again;
}

test("chunks last no longer than a second, however long a run is", async () => {
  const table = createMovieTable([videoTrack]);
  const sizes = new Uint32Array(100).fill(7);
  table.append(1, { count: 100, sizes, durations: 3600, syncs: "all" }, 0);
  const file = Buffer.from(fileOf(table, 700));
  const stco = file.indexOf("stco");
  assert.equal(file.readUInt32BE(stco + 8), 4);
  const [track] = (await readBytes(file)).tracks;
  assert.ok(track);
  assert.deepEqual(spansOf(track.table, 0, 100), [{ offset: file.length - 700, bytes: 700 }]);
});

test("a table of a day has every time and the places of a movie beyond 4 GiB", async () => {
  const table = createMovieTable([videoTrack]);
  const hours = 24;
  const sizes = new Uint32Array(60).fill(2000);
  const run: SampleRun = { count: 60, sizes, durations: 90_000, syncs: Uint32Array.of(0) };
  const runs = hours * 60;
  for (let minute = 0; minute < runs; minute++) table.append(1, run, minute * 4_000_000);
  const payloadBytes = runs * 4_000_000;
  const { header, payloadOffset, durationMs } = table.finish({
    payloadBytes,
    presentation: new Map(),
  });
  assert.equal(durationMs, hours * 3_600_000);
  const movie = await readMovie((offset, length) => {
    return Promise.resolve(header.subarray(offset, offset + length));
  }, payloadOffset + payloadBytes);
  const [track] = movie.tracks;
  assert.ok(track);
  const last = runs * 60 - 1;
  assert.deepEqual(
    {
      mdat: Buffer.from(header.subarray(-16)).toString("hex"),
      count: track.table.count,
      offset: track.table.offsets[last],
      dts: track.table.dts[last],
      at: sampleAt(track.table, 86_399 * 90_000 + 5),
      sync: syncAt(track.table, last),
      edits: track.presentation,
    },
    {
      mdat: `000000016d646174${(payloadBytes + 16).toString(16).padStart(16, "0")}`,
      count: last + 1,
      offset: payloadOffset + (runs - 1) * 4_000_000 + 59 * 2000,
      dts: last * 90_000,
      at: last,
      sync: last - 59,
      edits: { mediaTime: 0, duration: 86_400 * 90_000, delay: 0 },
    },
  );
  assert.equal(rescale(track.table.duration, 90_000, 1000), durationMs);
});

test("the parts of a header are the header", () => {
  const { table, bytes } = second();
  const { header, parts } = table.finish({
    payloadBytes: bytes,
    presentation: new Map(),
    title: "T",
  });
  assert.deepEqual(Buffer.concat(parts), Buffer.from(header));
});
