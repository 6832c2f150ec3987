import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import * as hls from "hls-parser";
import { type MediaPlaylist, mapLine, mediaPlaylist, playlistTail } from "./media-playlist.ts";

hls.setOptions({ strictMode: true });

const wall = millis(Date.UTC(2026, 10, 22, 20, 0, 0));

const low: MediaPlaylist = {
  kind: "live",
  targetDuration: 2,
  mediaSequence: 41,
  discontinuitySequence: 3,
  ended: false,
  control: { canBlockReload: true, canSkipUntil: 12, holdBack: 6, partHoldBack: 0.642 },
  partTarget: 0.214,
  segments: [
    {
      uri: "s/1/7.m4s",
      seconds: 0.4,
      wall,
      map: "s/1/init.mp4",
      parts: [
        { uri: "s/1/7.0.m4s", seconds: 0.2, independent: true },
        { uri: "s/1/7.1.m4s", seconds: 0.2 },
      ],
    },
  ],
  open: {
    wall: millis(wall + 400),
    discontinuity: true,
    map: "t/1/init.mp4",
    parts: [{ uri: "t/1/8.0.m4s", seconds: 0.1, gap: true }],
  },
  hints: [{ type: "PART", uri: "t/1/8.1.m4s" }],
  reports: [{ uri: "audio.m3u8", lastMsn: 42, lastPart: 0 }],
};

test("rfc8216bis §4.4.3.7, §4.4.3.8, §4.4.4.9, §4.4.5.3, §4.4.5.4: a low-latency playlist, tag by tag", () => {
  const text = mediaPlaylist(low);
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,HOLD-BACK=6,PART-HOLD-BACK=0.642
#EXT-X-PART-INF:PART-TARGET=0.214
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-MAP:URI="s/1/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.000Z
#EXT-X-PART:DURATION=0.2,URI="s/1/7.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.2,URI="s/1/7.1.m4s"
#EXTINF:0.4,
s/1/7.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="t/1/init.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.400Z
#EXT-X-PART:DURATION=0.1,URI="t/1/8.0.m4s",GAP=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="t/1/8.1.m4s"
#EXT-X-RENDITION-REPORT:URI="audio.m3u8",LAST-MSN=42,LAST-PART=0
`,
  );
  // The strict parser knows nothing of the exceptions of §4.4.4.9: here the parts go on with the next.
  const read = hls.parse(text.replace("DURATION=0.1,", "DURATION=0.2,"));
  assert.ok(read instanceof hls.types.MediaPlaylist);
  assert.deepEqual(read.lowLatencyCompatibility, {
    canBlockReload: true,
    canSkipUntil: 12,
    holdBack: 6,
    partHoldBack: 0.642,
  });
  assert.deepEqual(
    read.segments.map(({ parts }) => parts.map(({ uri, hint }) => [uri, hint])),
    [
      [
        ["s/1/7.0.m4s", false],
        ["s/1/7.1.m4s", false],
      ],
      [
        ["t/1/8.0.m4s", false],
        ["t/1/8.1.m4s", true],
      ],
    ],
  );
});

test("§4.4.5.2, §8: a delta update says how much it skips; versions 9 and 10", () => {
  const skipped = mediaPlaylist({ ...low, skipped: { segments: 5 } });
  assert.match(
    skipped,
    /#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXT-X-SKIP:SKIPPED-SEGMENTS=5\n#EXT-X-MAP/,
  );
  assert.match(skipped, /#EXT-X-VERSION:9\n/);
  const control = { ...low.control, canSkipDateRanges: true };
  const dates = { segments: 5, removedDateRanges: ["mrk_1", "mrk_2"] };
  const v2 = mediaPlaylist({ ...low, control, skipped: dates });
  assert.match(v2, /SKIPPED-SEGMENTS=5,RECENTLY-REMOVED-DATERANGES="mrk_1\tmrk_2"\n/);
  assert.match(
    v2,
    /#EXT-X-VERSION:10\n#EXT-X-TARGETDURATION:2\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12,CAN-SKIP-DATERANGES=YES,/,
  );
});

test("§4.4.5.3, §6.2.5.2: a playlist that has ended hints at nothing, and lists no open segment", () => {
  const text = mediaPlaylist({ ...low, ended: true });
  assert.doesNotMatch(text, /PRELOAD-HINT|RENDITION-REPORT|8\.0\.m4s/);
  assert.match(text, /s\/1\/7\.m4s\n#EXT-X-ENDLIST\n$/);
});

test("what stands behind entries says no section again that is in force", () => {
  const open = { ...low.open, discontinuity: false, map: "s/1/init.mp4" };
  assert.doesNotMatch(playlistTail({ ...low, open }, "s/1/init.mp4"), /EXT-X-MAP/);
  assert.match(playlistTail({ ...low, open }), /^#EXT-X-MAP:URI="s\/1\/init.mp4"\n/);
  assert.equal(mapLine("s/1/init.mp4"), '#EXT-X-MAP:URI="s/1/init.mp4"\n');
});
