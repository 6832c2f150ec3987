import assert from "node:assert/strict";
import { test } from "node:test";
import { Doctor, Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { TranscodeDoctor } from "./doctor.ts";
import { adviceOn } from "./doctor-advice.ts";
import { findEncoders } from "./find-encoders.ts";

const world = { now: () => millis(1_770_000_000_000), log: pino({ level: "silent" }) };

test("what the machine can encode is found at once, and measured when asked", async () => {
  const found = await findEncoders("ffmpeg");
  const clip = { width: 648, height: 364, frameRate: 30, pictures: 20 };
  const clips = { encoder: clip, source: clip };
  const encoders = async () => found;
  const doctor = new TranscodeDoctor({ ffmpeg: "ffmpeg", world, encoders, clips });
  const before = Doctor.parse(await doctor.examine(false));
  assert.match(before.ffmpeg?.version ?? "", /^\d+\./);
  assert.equal(before.measuredAt, null);
  assert.equal(before.encoders.find(({ name }) => name === "libx264")?.works, true);
  const measuring = doctor.examine(true);
  await assert.rejects(doctor.examine(true), (error) => {
    return error instanceof Fault && error.code === "limit_reached";
  });
  const after = Doctor.parse(await measuring);
  assert.deepEqual(await doctor.examine(false), after);
  assert.equal(after.measuredAt, "2026-02-02T02:40:00.000Z");
  const used = after.encoders.find(({ name }) => name === after.encoder);
  assert.ok((used?.realtime ?? 0) > 0.1);
  assert.deepEqual(
    after.presets.map(({ ladder, renditions }) => [ladder, renditions]),
    [
      ["mobile", ["360p"]],
      ["standard", ["360p"]],
      ["full", ["360p", "240p"]],
    ],
  );
  for (const { realtime, streams } of after.presets) {
    assert.ok(realtime !== null && realtime > 0);
    assert.equal(streams, Math.floor(realtime * 0.8));
  }
  assert.equal(after.advice.length, 3);
});

test("without ffmpeg nothing works, and the advice is to install it", async () => {
  const ffmpeg = "no-such-ffmpeg";
  const encoders = () => findEncoders(ffmpeg);
  const told = await new TranscodeDoctor({ ffmpeg, world, encoders }).examine(true);
  assert.deepEqual([told.ffmpeg, told.encoder, told.encoders.length], [null, null, 4]);
  assert.match(told.advice.join(), /^Install ffmpeg 5.1 or newer, or name it by OXBOW_FFMPEG/);
});

test("advice says what is too old, too much, and how many fit", () => {
  const preset = { ladder: "mobile", renditions: ["480p"], realtime: 2.6, streams: 2 } as const;
  const known = { encoders: [], encoder: "libx264", measuredAt: "2026-02-02T02:40:00.000Z" };
  const full = { ...preset, ladder: "full", realtime: 0.9, streams: 0 } as const;
  assert.deepEqual(
    adviceOn({ ...known, ffmpeg: { version: "4.4.2-0ubuntu" }, presets: [preset, full] }),
    [
      "Install ffmpeg 5.1 or newer: 4.4.2-0ubuntu lacks options that are used",
      '2 streams may have the ladder "mobile" at the same time',
      'The ladder "full" is too much for this machine: qualities would be shed',
    ],
  );
  assert.deepEqual(adviceOn({ ...known, ffmpeg: { version: "n7.1" }, presets: [] }), []);
});
