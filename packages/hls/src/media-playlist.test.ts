import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import * as fc from "fast-check";
import * as hls from "hls-parser";
import {
  type MediaPlaylist,
  mediaPlaylist,
  type PlaylistSegment,
  playlistEntries,
  playlistHead,
  playlistTail,
} from "./media-playlist.ts";

hls.setOptions({ strictMode: true });

function parse(text: string): hls.types.MediaPlaylist {
  const playlist = hls.parse(text);
  assert.ok(playlist instanceof hls.types.MediaPlaylist);
  return playlist;
}

const wall = millis(Date.UTC(2026, 10, 22, 20, 0, 0, 40));

test("a live window with a gap and a reconnect reads as rfc8216bis §4.4 asks", () => {
  const text = mediaPlaylist({
    kind: "live",
    targetDuration: 2,
    mediaSequence: 41,
    discontinuitySequence: 3,
    ended: false,
    segments: [
      { uri: "b/video/41.m4s", seconds: 2, wall, map: "b/video/s1.mp4" },
      {
        uri: "b/video/42.m4s",
        seconds: 1.9666666666,
        wall: millis(wall + 2000),
        map: "b/video/s1.mp4",
      },
      { uri: "b/video/43.m4s", seconds: 0.5, wall: millis(wall + 3967), gap: true },
      {
        uri: "b/video/44.m4s",
        seconds: 2.0000001,
        wall: millis(wall + 4467),
        discontinuity: true,
        map: "b/video/s2.mp4",
      },
    ],
  });
  assert.equal(
    text,
    `#EXTM3U
#EXT-X-VERSION:8
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:41
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-MAP:URI="b/video/s1.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:00.040Z
#EXTINF:2,
b/video/41.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:02.040Z
#EXTINF:1.966667,
b/video/42.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:04.007Z
#EXT-X-GAP
#EXTINF:0.5,
b/video/43.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="b/video/s2.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T20:00:04.507Z
#EXTINF:2,
b/video/44.m4s
`,
  );
  const parsed = parse(text);
  assert.equal(parsed.playlistType, undefined);
  assert.equal(parsed.endlist, false);
  assert.deepEqual(
    parsed.segments.map((segment) => [
      segment.mediaSequenceNumber,
      segment.discontinuitySequence,
      segment.gap === true,
    ]),
    [
      [41, 3, false],
      [42, 3, false],
      [43, 3, true],
      [44, 4, false],
    ],
  );
});

test("a running archive is an EVENT with a start, a finished one is a VOD with an end", () => {
  const segments: PlaylistSegment[] = [{ uri: "1.m4s", seconds: 2, wall, map: "i.mp4" }];
  const common = { targetDuration: 2, mediaSequence: 0, discontinuitySequence: 0, segments };
  const event = mediaPlaylist({
    ...common,
    kind: "event",
    ended: false,
    independent: true,
    start: { offset: -6.5, precise: true },
  });
  const parsedEvent = parse(event);
  assert.equal(parsedEvent.playlistType, "EVENT");
  assert.equal(parsedEvent.endlist, false);
  assert.equal(parsedEvent.independentSegments, true);
  assert.deepEqual(parsedEvent.start, { offset: -6.5, precise: true });
  const finished = mediaPlaylist({ ...common, kind: "vod", ended: true });
  assert.match(finished, /#EXT-X-VERSION:6\n/);
  assert.match(finished, /#EXT-X-ENDLIST\n$/);
  assert.equal(parse(finished).playlistType, "VOD");
  assert.equal(parse(mediaPlaylist({ ...common, kind: "event", ended: true })).endlist, true);
});

test("a URI can't add a line, a comment or an attribute", () => {
  const text = mediaPlaylist({
    kind: "vod",
    targetDuration: 2,
    mediaSequence: 0,
    discontinuitySequence: 0,
    ended: true,
    segments: [{ uri: "#a\n#EXT-X-ENDLIST b", seconds: 1, map: 'm",BYTERANGE="1@0\r\n.mp4' }],
  });
  assert.match(
    text,
    /#EXT-X-MAP:URI="m%22,BYTERANGE=%221@0%0D%0A.mp4"\n#EXTINF:1,\n%23a%0A#EXT-X-ENDLIST%20b\n#EXT-X-ENDLIST\n$/,
  );
  assert.equal(parse(text).segments.length, 1);
  assert.throws(
    () =>
      mediaPlaylist({
        kind: "vod",
        targetDuration: 1,
        mediaSequence: 0,
        discontinuitySequence: 0,
        ended: true,
        segments: [{ uri: "", seconds: 1 }],
      }),
    RangeError,
  );
});

const anySegment = fc.record({
  uri: fc.string({ minLength: 1, unit: "binary" }),
  seconds: fc.double({ min: 0.001, max: 6.49, noNaN: true }),
  gap: fc.boolean(),
  discontinuity: fc.boolean(),
  map: fc.constantFrom("a.mp4", "b.mp4"),
  wall: fc.integer({ min: 0, max: 4e12 }).map(millis),
});

const anyPlaylist: fc.Arbitrary<MediaPlaylist> = fc.record({
  kind: fc.constantFrom("live", "event", "vod"),
  targetDuration: fc.constant(6),
  mediaSequence: fc.nat(1e9),
  discontinuitySequence: fc.nat(1e6),
  segments: fc.array(anySegment, { minLength: 1, maxLength: 12 }),
  ended: fc.boolean(),
});

test("whatever is said is read back by a strict parser", () => {
  fc.assert(
    fc.property(anyPlaylist, (said) => {
      const read = parse(mediaPlaylist(said));
      assert.equal(read.targetDuration, said.targetDuration);
      assert.equal(read.endlist, said.ended || said.kind === "vod");
      assert.equal(read.segments.length, said.segments.length);
      let discontinuities = said.discontinuitySequence;
      said.segments.forEach((segment, at) => {
        const found = read.segments[at];
        assert.ok(found !== undefined);
        if (segment.discontinuity) discontinuities += 1;
        assert.equal(found.mediaSequenceNumber, said.mediaSequence + at);
        assert.equal(found.discontinuitySequence, discontinuities);
        assert.equal(found.map?.uri, segment.map);
        assert.equal(found.programDateTime?.getTime(), segment.wall);
        assert.equal(found.gap ?? false, segment.gap);
        assert.ok(Math.abs(found.duration - segment.seconds) <= 5.1e-7);
      });
    }),
    { numRuns: 200 },
  );
});

test("a playlist put together from its pieces is the one written at once", () => {
  const one = { uri: "s/1/1.m4s", seconds: 2, wall, map: "s/1/init.mp4" };
  const two = { ...one, uri: "s/1/2.m4s", wall: millis(wall + 2000) };
  const other = { ...one, uri: "t/1/3.m4s", map: "t/1/init.mp4", discontinuity: true };
  const playlist: MediaPlaylist = {
    kind: "event",
    targetDuration: 2,
    mediaSequence: 7,
    discontinuitySequence: 1,
    ended: false,
    control: { canBlockReload: true, canSkipUntil: 12 },
    dateRanges: [{ id: "mrk_1", class: "oxbow.marker", from: wall }],
    segments: [one, two, other],
  };
  const pieces = [
    playlistHead(playlist),
    playlistEntries([one]),
    playlistEntries([two, other], one.map),
    playlistTail(playlist),
  ];
  assert.equal(pieces.join(""), mediaPlaylist(playlist));
});
