import assert from "node:assert/strict";
import { test } from "node:test";
import { capabilityEcho, reconnects } from "./capabilities.ts";

const carried = { video: ["avc"], audio: ["aac"] } as const;

test("E-RTMP v1 fourCcList: only what is carried is claimed, also for a wildcard", () => {
  assert.deepEqual(capabilityEcho({ fourCcList: ["av01", "avc1", "hvc1"] }, carried), {
    fourCcList: ["avc1"],
  });
  assert.deepEqual(capabilityEcho({ fourCcList: ["*"] }, carried), {
    fourCcList: ["avc1", "mp4a"],
  });
});

test("E-RTMP v2 FourCcInfoMap: both maps, with their wildcard, say CanForward", () => {
  const asked = { videoFourCcInfoMap: { hvc1: 7 }, audioFourCcInfoMap: { "*": 4 }, fourCcList: [] };
  assert.deepEqual(capabilityEcho(asked, carried), {
    fourCcList: [],
    videoFourCcInfoMap: {},
    audioFourCcInfoMap: { mp4a: 4 },
  });
  assert.deepEqual(capabilityEcho({ videoFourCcInfoMap: { avc1: 7 } }, carried), {
    videoFourCcInfoMap: { avc1: 4 },
  });
});

test("E-RTMP v2 capsEx: reconnect, ModEx and nanosecond offsets are echoed, multitrack is not", () => {
  assert.deepEqual(capabilityEcho({ capsEx: 15 }, carried), { capsEx: 13 });
  assert.deepEqual(capabilityEcho({ capsEx: 2 }, carried), { capsEx: 0 });
  assert.deepEqual(
    [reconnects({ capsEx: 1 }), reconnects({ capsEx: 2 }), reconnects({})],
    [true, false, false],
  );
});

test("a client that says nothing of Enhanced RTMP is told nothing of it", () => {
  assert.deepEqual(capabilityEcho({ app: "live" }, carried), {});
});
