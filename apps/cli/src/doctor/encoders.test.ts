import assert from "node:assert/strict";
import { test } from "node:test";
import type { Doctor } from "@oxbow/sdk";
import { run } from "../run.ts";
import { fakeServer, type Route, refuse, testIo } from "../run-for-tests.ts";
import { judgeEncoders } from "./encoders.ts";

const doctor: Doctor = {
  ffmpeg: { version: "5.1.9" },
  encoders: [
    { name: "libx264", codec: "h264", hardware: false, works: true, realtime: 6.44 },
    {
      name: "h264_nvenc",
      codec: "h264",
      hardware: true,
      works: false,
      message: "Cannot load libcuda.so.1\nError while opening encoder",
      realtime: null,
    },
  ],
  encoder: "libx264",
  presets: [{ ladder: "mobile", renditions: ["480p", "360p"], realtime: 7.1, streams: 5 }],
  advice: ["Keep to the ladder mobile"],
  measuredAt: "2026-03-01T19:00:00.000Z",
};

/** `doctor` on a machine whose server tells this of its encoders. */
async function examined(told: Route, ...more: string[]) {
  await using server = await fakeServer({ "GET /doctor": told, "GET /readyz": () => ({}) });
  const env = { OXBOW_URL: server.url, OXBOW_API_KEY: "oxb_key", OXBOW_DATA: "/nowhere/data" };
  const io = testIo({ ...env, OXBOW_HTTP_PORT: "0", OXBOW_RTMP_PORT: "0" });
  const status = await run(["doctor", ...more], { ...io, now: Date.now });
  return { status, ...io.told() };
}

test("encoders, what the ladders cost, and the advice are shown", async () => {
  const asked: (string | null)[] = [];
  const told: Route = ({ url }) => {
    asked.push(url.searchParams.get("measure"));
    return doctor;
  };
  const { out } = await examined(told, "--measure");
  const from = out.indexOf("ok   Encoding");
  assert.equal(
    out.slice(from),
    `ok   Encoding: libx264, 6.4× real time at 720p30

ENCODER     CODEC  HARDWARE  SPEED
libx264     h264   no        6.4×
h264_nvenc  h264   yes       none   Cannot load libcuda.so.1

LADDER  SPEED  STREAMS  QUALITIES
mobile  7.1×   5        480p, 360p

- Keep to the ladder mobile
`,
  );
  await examined(told);
  assert.deepEqual(asked, ["now", null]);
});

test("what was not measured as yet is measured, unless the key may not", async () => {
  const asked: (string | null)[] = [];
  const unmeasured = { ...doctor, measuredAt: null };
  const told: Route = ({ url }) => {
    asked.push(url.searchParams.get("measure"));
    return asked.length === 1 ? unmeasured : doctor;
  };
  assert.match((await examined(told)).out, /libx264, 6\.4× real time/);
  assert.deepEqual(asked, [null, "now"]);
  const refusing: Route = (request) =>
    request.url.search === "" ? unmeasured : refuse(403, "forbidden")(request);
  assert.match((await examined(refusing)).out, /^ok {3}Encoding: libx264/m);
});

test("a machine where no encoder works is to be put right, one without FFmpeg is worth knowing", async () => {
  const encoders = doctor.encoders.map((each) => ({ ...each, works: false, message: "no" }));
  const broken: Doctor = { ...doctor, encoders, encoder: null };
  assert.deepEqual(judgeEncoders(broken), {
    what: "Encoding",
    state: "bad",
    text: "no encoder works (libx264: no; h264_nvenc: no)",
  });
  const { status, err } = await examined(() => broken);
  assert.equal(status, 1);
  assert.match(err, /^To be put right: .*Encoding/);
  assert.equal(judgeEncoders({ ...broken, ffmpeg: null, encoders: [] }).state, "note");
});
