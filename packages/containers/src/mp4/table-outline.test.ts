import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  createMovieTable,
  outlineMovie,
  readMovie,
  runBytes,
  type SampleRun,
  type SampleTable,
} from "../index.ts";
import { anyRun, audioTrack, videoTrack } from "../runs-for-tests.ts";

/** A movie of these runs, one after another, its payload all zeros. */
function fileOf(runs: readonly { readonly track: number; readonly run: SampleRun }[]): Uint8Array {
  const table = createMovieTable([videoTrack, audioTrack]);
  let payloadBytes = 0;
  for (const { track, run } of runs) {
    table.append(track, run, payloadBytes);
    payloadBytes += runBytes(run);
  }
  const { header } = table.finish({ payloadBytes, presentation: new Map() });
  const file = new Uint8Array(header.length + payloadBytes);
  file.set(header);
  return file;
}

const anyMovie = fc.array(fc.record({ track: fc.constantFrom(1, 2), run: anyRun }), {
  minLength: 1,
  maxLength: 8,
});

function reading(file: Uint8Array) {
  return async (offset: number, bytes: number): Promise<Uint8Array> =>
    file.subarray(offset, offset + bytes);
}

function outlineOf({ count, duration, offsets, sizes }: SampleTable) {
  const place = (at: number) => ({ offset: offsets[at], bytes: sizes[at] });
  return { count, duration, first: place(0), last: place(count - 1) };
}

/** What a reader finds in a file, or the message with which it refuses it. */
async function found(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => String(error));
}

async function wholly(file: Uint8Array): Promise<unknown> {
  const movie = await readMovie(reading(file), file.length);
  const tracks = movie.tracks.map((track) => ({ ...track, table: outlineOf(track.table) }));
  return { ...movie, tracks };
}

test("the outline of a movie says what its tables come to", async () => {
  await fc.assert(
    fc.asyncProperty(anyMovie, async (runs) => {
      const file = fileOf(runs);
      assert.deepEqual(await outlineMovie(reading(file), file.length), await wholly(file));
    }),
  );
});

test("whatever of a movie is damaged, its outline refuses what its tables would, and nothing else", async () => {
  const damage = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), {
    minLength: 1,
    maxLength: 3,
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(anyMovie, damage, async (runs, wrong) => {
      const file = fileOf(runs);
      const moov = Buffer.from(file.buffer).indexOf("stbl");
      const media = Buffer.from(file.buffer).lastIndexOf("mdat");
      for (const { at, byte } of wrong) file[moov + (at % (media - moov))] = byte;
      const expected = await found(wholly(file));
      if (typeof expected === "string") refused += 1;
      assert.deepEqual(await found(outlineMovie(reading(file), file.length)), expected);
    }),
    { numRuns: 500 },
  );
  assert.ok(refused > 50, `only ${refused} were refused`);
});
