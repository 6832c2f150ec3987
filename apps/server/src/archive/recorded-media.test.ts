import assert from "node:assert/strict";
import { plus } from "@oxbow/media";
import type { Chunk, PackagerOutput, Segment } from "../packager/index.ts";
import { archiveStore, openStore } from "../store/index.ts";
import { archiveTest } from "./archive-for-tests.ts";
import { sender, T0 } from "./media-for-tests.ts";

const test = archiveTest({ openStore, archiveStore });
const STREAM = { id: "str_1", name: "story" };
const NAMES = { stream: "str_1", broadcast: "brd_1", origin: plus(T0, -33) };

/** Keeps what the packager gives, as the live window does. */
function keeper(): PackagerOutput & { readonly segments: Segment[] } {
  const segments: Segment[] = [];
  return {
    segments,
    stretchBegan: () => {},
    chunkSealed: () => {},
    segmentSealed: (segment) => segments.push(segment),
    stretchEnded: () => {},
  };
}

const bytesOf = (chunks: readonly Chunk[]): Buffer =>
  Buffer.concat(chunks.flatMap(({ buffers }) => buffers));

test(
  "segments and parts are the packager's bytes under the packager's names, in whatever file they are",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const kept = keeper();
    sender(NAMES, recorder, kept).send("start", { fromMs: 0, toMs: 12_000 });
    await recorder.close();
    assert.equal(kept.segments.length, 6);
    for (const { stretch, number, tracks } of kept.segments) {
      for (const { track, chunks } of tracks) {
        const at = { stretch: stretch.id, track, number };
        const whole = await archive.media("str_1", { ...at, what: "segment" });
        assert.deepEqual(Buffer.concat(whole?.body ?? []), bytesOf(chunks));
        for (const [part, chunk] of chunks.entries()) {
          const answer = await archive.media("str_1", { ...at, what: "part", part });
          assert.deepEqual(Buffer.concat(answer?.body ?? []), bytesOf([chunk]));
        }
        const none = { ...at, what: "part", part: chunks.length } as const;
        assert.equal(await archive.media("str_1", none), undefined);
      }
    }
    const [first] = kept.segments;
    const at = { stretch: first?.stretch.id ?? "", track: 1 };
    assert.ok(await archive.media("str_1", { ...at, what: "init" }));
    assert.equal(await archive.media("str_2", { ...at, what: "init" }), undefined);
    assert.equal(await archive.media("str_1", { ...at, what: "segment", number: 6 }), undefined);
  },
  { limits: { fileMs: 4500 } },
);

test(
  "what was played while it was written is played on when it is complete",
  async ({ archive }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const kept = keeper();
    const lengthOf = async (number: number): Promise<number | undefined> => {
      const stretch = kept.segments[0]?.stretch.id ?? "";
      const answer = await archive.media("str_1", { stretch, track: 1, what: "segment", number });
      return answer?.bytes;
    };
    const media = sender(NAMES, recorder, kept);
    await media.sendSlowly("start", { fromMs: 0, toMs: 12_000 }, 300, async () => {
      await recorder.sealed();
      assert.ok(kept.segments.length < 2 || (await lengthOf(0)) !== undefined);
    });
    media.interrupt();
    await recorder.close();
    assert.equal(kept.segments.length, 6);
    for (const { number, tracks } of kept.segments) {
      assert.equal(await lengthOf(number), tracks.find(({ track }) => track === 1)?.bytes);
    }
  },
  { limits: { growMs: 0 } },
);

test(
  "a broadcast's segments are told stretch by stretch, as a new timeline needs them",
  async ({ archive, again }) => {
    const recorder = archive.record(STREAM, "brd_1");
    const kept = keeper();
    const media = sender(NAMES, recorder, kept);
    media.send("start", { fromMs: 0, toMs: 8000 });
    media.send("reconnect", { fromMs: 20_000, toMs: 24_000 });
    await recorder.close();
    const seeded = await (await again()).seed("str_1", "brd_1", plus(T0, 3000));
    const sent = kept.segments.slice(1);
    assert.deepEqual(
      seeded.flatMap(({ stretch, segments }) =>
        segments.map(({ number, wall, seconds, tracks, independent, discontinuity }) => ({
          ...{ stretch, number, wall, seconds, tracks, independent, discontinuity },
        })),
      ),
      sent.map(({ stretch, number, wall, seconds, independent, tracks }) => ({
        ...{ stretch: stretch.id, number, wall, seconds, independent },
        tracks: tracks.map(({ track }) => track),
        discontinuity: number === 4,
      })),
    );
    assert.deepEqual(
      seeded.map(({ tracks }) => tracks.map(({ id }) => id)),
      [
        [1, 2],
        [1, 2],
      ],
    );
  },
  { limits: { fileMs: 4500 } },
);

test("pictures of a range are the first of the segments that begin in it, whatever file they are in", async ({
  archive,
}) => {
  const recorder = archive.record(STREAM, "brd_1");
  const kept = keeper();
  sender(NAMES, recorder, kept).send("start", { fromMs: 0, toMs: 12_000 });
  await recorder.close();
  const [, second, third] = kept.segments;
  assert.ok(second && third);
  const { size, pictures } = await archive.pictures("str_1", second.wall, plus(third.wall, 1));
  assert.deepEqual(size, { width: 1280, height: 720 });
  assert.deepEqual(
    pictures,
    [second, third].map(({ stretch, number, wall }) => ({ stretch: stretch.id, number, wall })),
  );
  const none = { size: undefined, pictures: [] };
  assert.deepEqual(await archive.pictures("str_2", second.wall, third.wall), none);
});
