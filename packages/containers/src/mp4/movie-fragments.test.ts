import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { before, test } from "node:test";
import { MalformedInput } from "@oxbow/media";
import * as fc from "fast-check";
import { clip, judged, made, readBytes, withFolder } from "../ffmpeg-for-tests.ts";
import { type MovieTrack, UnsupportedMovie } from "../index.ts";

let source: Buffer;
before(async () => {
  source = await clip(["-movflags", "+faststart"]);
});

/** The same media as `source`, in the fragments that these flags ask for. */
function fragmented(flags: string, ...more: readonly string[]): Promise<Buffer> {
  return withFolder(async (folder) => {
    const path = join(folder, "source.mp4");
    await writeFile(path, source);
    return made(["-i", path, "-map", "0", "-c", "copy", ...more, "-movflags", flags]);
  });
}

/** All that a player needs of a track: times, and the bytes of each sample. */
function seen({ track, table, presentation }: MovieTrack, bytes: Uint8Array) {
  const at = (column: ArrayLike<number>, sample: number): number => column[sample] ?? -1;
  return {
    codec: track.config.codecString,
    samples: Array.from({ length: table.count }, (_, sample) => ({
      pts: at(table.dts, sample) + (table.ctos?.[sample] ?? 0) - presentation.mediaTime,
      sync: table.syncs === "all" || table.syncs.includes(sample),
      data: Buffer.from(
        bytes.subarray(
          at(table.offsets, sample),
          at(table.offsets, sample) + at(table.sizes, sample),
        ),
      ).toString("base64"),
    })),
  };
}

for (const flags of [
  "frag_keyframe+delay_moov",
  "frag_keyframe+delay_moov+default_base_moof",
  "frag_keyframe+delay_moov+separate_moof",
  "frag_keyframe+delay_moov+omit_tfhd_offset",
  "dash+delay_moov+global_sidx",
]) {
  test(`a movie of ${flags} has the samples of the movie that it was made of`, async () => {
    const bytes = await fragmented(flags);
    const [whole, pieces] = [await readBytes(source), await readBytes(bytes)];
    assert.deepEqual(
      pieces.tracks.map((track) => seen(track, bytes)),
      whole.tracks.map((track) => seen(track, source)),
    );
    assert.ok(Math.abs(pieces.durationMs - whole.durationMs) < 50, `${pieces.durationMs} ms`);
  });
}

test("samples in moov come before those in fragments (§8.8.1)", async () => {
  const bytes = await fragmented("frag_keyframe");
  const { tracks } = await readBytes(bytes);
  const packets = await judged("ffprobe", bytes, [
    ...["-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", "FILE"],
  ]);
  assert.deepEqual(
    tracks.map(({ table }) => table.count),
    packets.trim().split("\n").map(Number),
  );
});

test("a recording that was cut off is read up to its last whole sample", async () => {
  const bytes = await fragmented("frag_keyframe+delay_moov+default_base_moof");
  const whole = await readBytes(bytes);
  const cut = await readBytes(bytes.subarray(0, bytes.length - 9000));
  const [all = 0, left = 0] = [whole, cut].map(({ tracks }) => tracks[0]?.table.count);
  assert.ok(left > 0 && left < all, `${left} of ${all}`);
});

test("whatever is changed in a fragmented movie, it is read or refused, soon and by name", async () => {
  const bytes = await fragmented("frag_keyframe+delay_moov+separate_moof");
  const places = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), {
    minLength: 1,
    maxLength: 12,
  });
  const heads = [...bytes.toString("latin1").matchAll(/moof|traf|tfhd|trun|tfdt|moov/g)].map(
    ({ index }) => index,
  );
  const aimed = fc.array(
    fc.tuple(
      fc.tuple(fc.constantFrom(...heads), fc.integer({ min: -4, max: 32 })).map(([a, b]) => a + b),
      fc.integer({ min: 0, max: 255 }),
    ),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(fc.oneof(places, aimed), async (changes) => {
      const broken = Buffer.from(bytes);
      for (const [at, value] of changes) broken[at] = value;
      try {
        const { tracks } = await readBytes(broken);
        for (const { table } of tracks) {
          const { sizes, offsets } = table;
          const last = sizes.length - 1;
          if (last >= 0) assert.ok((offsets[last] ?? 0) + (sizes[last] ?? 0) <= broken.length);
        }
      } catch (error) {
        assert.ok(
          error instanceof MalformedInput || error instanceof UnsupportedMovie,
          String(error),
        );
      }
    }),
    { numRuns: 1500 },
  );
});
