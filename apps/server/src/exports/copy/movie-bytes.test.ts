import assert from "node:assert/strict";
import { randomFillSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import { MovieBytes } from "./movie-bytes.mjs";
import { SourceFiles } from "./source-files.mjs";

const folder = await mkdtemp(join(tmpdir(), "oxbow-movie-bytes-"));
after(() => rm(folder, { recursive: true, force: true }));
const SOURCE_BYTES = 5000;
const sources = await Promise.all(
  [0, 1, 2, 3, 4, 5].map(async (at) => {
    const bytes = randomFillSync(new Uint8Array(SOURCE_BYTES));
    const file = join(folder, `source-${at}`);
    await writeFile(file, bytes);
    return { file, bytes };
  }),
);

const piece = fc.record({
  file: fc.nat(sources.length - 1),
  source: fc.nat(SOURCE_BYTES - 1),
  length: fc.integer({ min: 1, max: SOURCE_BYTES }),
  zeros: fc.oneof(fc.constant(0), fc.nat(300)),
});

test("read by any steps, a movie is its header, its pieces, and zeros between them", () => {
  const movie = fc.record({
    header: fc.uint8Array({ maxLength: 400 }),
    pieces: fc.array(piece, { minLength: 1, maxLength: 20 }),
    steps: fc.array(fc.integer({ min: 1, max: 4096 }), { minLength: 1 }),
  });
  fc.assert(
    fc.property(movie, ({ header, pieces, steps }) => {
      const expected: Uint8Array[] = [header];
      const columns = { file: [0], source: [0], target: [0], bytes: [0] };
      for (const column of Object.values(columns)) column.pop();
      let end = header.length;
      for (const { file, source, length, zeros } of pieces) {
        const bytes = Math.min(length, SOURCE_BYTES - source);
        const from = sources[file]?.bytes ?? new Uint8Array();
        expected.push(new Uint8Array(zeros), from.subarray(source, source + bytes));
        columns.file.push(file);
        columns.source.push(source);
        columns.target.push(end + zeros);
        columns.bytes.push(bytes);
        end += zeros + bytes;
      }
      const files = new SourceFiles();
      const reader = new MovieBytes(
        header,
        {
          files: sources.map(({ file }) => file),
          count: pieces.length,
          file: Uint16Array.from(columns.file),
          source: Float64Array.from(columns.source),
          target: Float64Array.from(columns.target),
          bytes: Float64Array.from(columns.bytes),
        },
        files,
      );
      // What stood in the memory before must not show.
      const found = new Uint8Array(end).fill(0xee);
      for (let at = 0, step = 0; at < end; step += 1) {
        const to = Math.min(end, at + (steps[step % steps.length] ?? 1));
        reader.read(found.subarray(at, to));
        at = to;
      }
      files.close();
      assert.ok(Buffer.concat(expected).equals(found));
    }),
    { numRuns: 200 },
  );
});
