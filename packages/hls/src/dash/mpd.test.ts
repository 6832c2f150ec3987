import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import * as fc from "fast-check";
import { faultsOf } from "../../../../fixtures/check-mpd.ts";
import { readXml } from "../../../../fixtures/read-xml.ts";
import type { AdaptationSet } from "./adaptation-set.ts";
import { type Mpd, mpd } from "./mpd.ts";

const pictures: AdaptationSet = {
  id: 1,
  contentType: "video",
  mimeType: "video/mp4",
  role: "main",
  independent: true,
  template: {
    timescale: 90_000,
    presentationTimeOffset: 6000,
    initialization: "stt_1/$RepresentationID$/init.mp4",
    media: "stt_1/$RepresentationID$/$Number$.m4s",
    startNumber: 4,
    timeline: [
      { t: 6000, d: 180_000 },
      { t: 186_000, d: 180_000 },
      { t: 366_000, d: 183_000 },
      { t: 600_000, d: 183_000 },
    ],
  },
  representations: [
    {
      id: "1",
      bandwidth: 2_500_000.5,
      codecs: "avc1.64001f",
      width: 1280,
      height: 720,
      sar: [1, 1],
      frameRate: 30_000 / 1001,
    },
  ],
};

const finished = (sets: readonly AdaptationSet[], title?: string): Mpd => ({
  run: { type: "static", duration: 8.6333 },
  minBuffer: 2,
  longestSegment: 2.033333,
  ...(title !== undefined && { title }),
  periods: [{ id: "stt_1-4", start: 0, duration: 8.6333, asset: "brd_1", sets }],
});

test("ISO/IEC 23009-1 §5.3.9.6: a timeline repeats what is equal, and says where a segment does not follow", () => {
  const text = mpd(finished([pictures]));
  assert.equal(
    text,
    `<?xml version="1.0" encoding="UTF-8"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile:isoff-live:2011" type="static" mediaPresentationDuration="PT8.6333S" minBufferTime="PT2S" maxSegmentDuration="PT2.033333S"><Period id="stt_1-4" start="PT0S" duration="PT8.6333S"><AssetIdentifier schemeIdUri="urn:org:dashif:asset-id:2013" value="brd_1"/><AdaptationSet id="1" contentType="video" mimeType="video/mp4" segmentAlignment="true" startWithSAP="1"><Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/><SegmentTemplate timescale="90000" presentationTimeOffset="6000" startNumber="4" initialization="stt_1/$RepresentationID$/init.mp4" media="stt_1/$RepresentationID$/$Number$.m4s"><SegmentTimeline><S t="6000" d="180000" r="1"/><S d="183000"/><S t="600000" d="183000"/></SegmentTimeline></SegmentTemplate><Representation id="1" bandwidth="2500001" codecs="avc1.64001f" width="1280" height="720" sar="1:1" frameRate="30000/1001"/></AdaptationSet></Period></MPD>
`,
  );
  assert.deepEqual(faultsOf(text), []);
});

test("ISO/IEC 23009-1 §5.3.1, Annex K: a running presentation says its clock, its window and its latency", () => {
  const text = mpd({
    ...finished([{ ...pictures, template: { ...pictures.template, availabilityTimeOffset: 1.8 } }]),
    run: {
      type: "dynamic",
      availabilityStart: millis(0),
      published: millis(1_763_841_600_250),
      updatePeriod: 2,
      timeShiftBuffer: 30,
      suggestedDelay: 6.5,
      clock: "time",
      latency: { target: 3, min: 1.5, max: 9 },
    },
  });
  assert.deepEqual(faultsOf(text), []);
  const { attributes, children } = readXml(text);
  assert.deepEqual(Object.fromEntries(attributes), {
    xmlns: "urn:mpeg:dash:schema:mpd:2011",
    profiles: "urn:mpeg:dash:profile:isoff-live:2011",
    type: "dynamic",
    availabilityStartTime: "1970-01-01T00:00:00.000Z",
    publishTime: "2025-11-22T20:00:00.250Z",
    minimumUpdatePeriod: "PT2S",
    timeShiftBufferDepth: "PT30S",
    suggestedPresentationDelay: "PT6.5S",
    minBufferTime: "PT2S",
    maxSegmentDuration: "PT2.033333S",
  });
  assert.deepEqual(
    children.map(({ name }) => name),
    ["ServiceDescription", "Period", "UTCTiming"],
  );
  assert.match(text, /<Latency target="3000" min="1500" max="9000"\/>/);
  assert.match(text, /availabilityTimeOffset="1.8" availabilityTimeComplete="false"/);
  assert.match(text, /<UTCTiming schemeIdUri="urn:mpeg:dash:utc:http-xsdate:2014" value="time"\/>/);
});

test("sound has channels, language and label, and images are tiles of equal length", () => {
  const { template } = pictures;
  const text = mpd(
    finished([
      {
        ...{ id: 2, contentType: "audio", mimeType: "audio/mp4", language: "pt-BR" },
        ...{ label: "Comentários", role: "commentary", continues: "stt_1-1", template },
        representations: [
          { id: "2", bandwidth: 1, codecs: "mp4a.40.2", audioSamplingRate: 48_000, channels: 6 },
        ],
      },
      {
        ...{ id: 9, contentType: "image", mimeType: "image/jpeg", tiles: [10, 5] },
        template: {
          ...{ timescale: 1, presentationTimeOffset: 0, media: "thumbnails/$Number$.jpg" },
          ...{ startNumber: 0, timeline: { duration: 100 } },
        },
        representations: [{ id: "tiles", bandwidth: 9000, width: 1600, height: 450 }],
      },
    ]),
  );
  assert.deepEqual(faultsOf(text), []);
  assert.match(
    text,
    /<SupplementalProperty [^>]*period-continuity:2015" value="stt_1-1"\/><Label>C/,
  );
  assert.match(text, /audio_channel_configuration:2011" value="6"/);
  assert.match(text, /<SegmentTemplate [^>]*duration="100"/);
  assert.match(
    text,
    /<Representation id="tiles"[^>]*><EssentialProperty [^>]*thumbnail_tile" value="10x5"/,
  );
});

test("rates of pictures are whole numbers or fractions", () => {
  const shown = (frameRate: number): string | undefined => {
    const [one] = pictures.representations;
    const representations = one === undefined ? [] : [{ ...one, frameRate }];
    return / frameRate="([^"]*)"/.exec(mpd(finished([{ ...pictures, representations }])))?.[1];
  };
  assert.deepEqual([25, 59.94, 24_000 / 1001, 12.5, 30.0004, 0, Number.NaN].map(shown), [
    "25",
    "60000/1001",
    "24000/1001",
    "12500/1000",
    "30",
    undefined,
    undefined,
  ]);
});

test("any text comes back as it was, less what XML has no place for", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (title) => {
      const text = mpd(finished([{ ...pictures, label: title }], title));
      const [information, period] = readXml(text).children;
      // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
      const NONE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
      const held = title.toWellFormed().replace(NONE, "\ufffd");
      assert.equal(information?.children[0]?.text, held);
      const label = period?.children[1]?.children.find(({ name }) => name === "Label");
      assert.equal(label?.text, held);
    }),
  );
});

test("an MPD without a period is refused", () => {
  assert.throws(() => mpd({ ...finished([]), periods: [] }), RangeError);
});

test("SCTE 214-1 §7.2.2: captions in the pictures are told by channel and by service", () => {
  const closedCaptions = [
    { service: "CC1", name: "CC1", language: "en" },
    { service: "CC3", name: "CC3" },
    { service: "SERVICE2", name: "SERVICE2", language: "es" },
  ];
  const text = mpd(finished([{ ...pictures, label: "Camera", closedCaptions }]));
  assert.deepEqual(faultsOf(text), []);
  const told = [...text.matchAll(/<Accessibility schemeIdUri="(.*?)" value="(.*?)"\/>/g)];
  assert.deepEqual(
    told.map(([, scheme, value]) => [scheme, value]),
    [
      ["urn:scte:dash:cc:cea-608:2015", "CC1=en;CC3=und"],
      ["urn:scte:dash:cc:cea-708:2015", "2=lang:es"],
    ],
  );
  const without = mpd(finished([{ ...pictures, closedCaptions: [] }]));
  assert.equal(without, mpd(finished([pictures])));
});
