import assert from "node:assert/strict";
import { test } from "node:test";
import { recordingUrl, SILENT, type Signal, signalAfter } from "./viewer-signal.ts";

const after = (...events: [Parameters<typeof signalAfter>[1], object][]): Signal[] => {
  let signal = SILENT;
  return events.map(([event, data]) => {
    signal = signalAfter(signal, event, JSON.stringify(data));
    return signal;
  });
};

test("a broadcast begins, is lost, comes back, ends, and becomes a title", () => {
  const recording = "/dvr/a/index.m3u8?from=1&to=2";
  const id = "brd_1";
  assert.deepEqual(
    after(
      ["state", { state: "offline", recording: null }],
      ["broadcast_started", { broadcast: id }],
      ["playback_ready", {}],
      ["broadcast_interrupted", {}],
      ["broadcast_resumed", {}],
      ["broadcast_ended", { recording }],
      ["asset_ready", { asset: "ast_1" }],
      ["broadcast_started", { broadcast: "brd_2" }],
    ),
    [
      { broadcast: "ended", playable: false },
      { broadcast: "open", playable: false, id },
      { broadcast: "open", playable: true, id },
      { broadcast: "open", playable: false, id },
      { broadcast: "open", playable: true, id },
      { broadcast: "ended", playable: false, id, recording },
      { broadcast: "ended", playable: false, id, recording, asset: "ast_1" },
      { broadcast: "open", playable: false, id: "brd_2" },
    ],
  );
});

test("a viewer who comes to a stream on air is told to play, and nonsense changes nothing else", () => {
  assert.deepEqual(after(["state", { state: "live", recording: 7 }]), [
    { broadcast: "open", playable: true },
  ]);
  assert.deepEqual(signalAfter(SILENT, "broadcast_ended", "{"), {
    broadcast: "ended",
    playable: false,
  });
});

test("what a broadcast left is played beside its stream, with the viewer's token", () => {
  const recording = "/dvr/a/index.m3u8?from=1&to=2";
  const hls = "https://m.example/t/T/live/a/index.m3u8?dvr=1";
  assert.deepEqual(
    [
      recordingUrl(hls, { ...SILENT, recording, asset: "ast_1" }),
      recordingUrl(hls, { ...SILENT, recording }),
      recordingUrl("/live/live/index.m3u8", { ...SILENT, recording }),
      recordingUrl(hls, SILENT),
    ],
    [
      "https://m.example/t/T/vod/ast_1/index.m3u8",
      `https://m.example/t/T${recording}`,
      recording,
      undefined,
    ],
  );
});
