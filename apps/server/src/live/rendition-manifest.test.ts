import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../../../fixtures/check-mpd.ts";
import { readXml, type XmlElement } from "../../../../fixtures/read-xml.ts";
import { audio, OnAir, video } from "./on-air.ts";
import type { MadeRendition } from "./rendition-on-air.ts";

const HIGH: MadeRendition = {
  name: "720p",
  bitrate: 3_000_000,
  recorded: true,
  nth: 1,
  lagMs: 240,
};
const LOW: MadeRendition = { name: "360p", bitrate: 700_000, recorded: true, nth: 1, lagMs: 320 };

function periods(air: OnAir): XmlElement[] {
  const text = air.read("manifest.mpd");
  assert.deepEqual(faultsOf(text), []);
  return readXml(text).children.filter(({ name }) => name === "Period");
}

const named = ({ children }: XmlElement, name: string): XmlElement[] =>
  children.filter((child) => child.name === name);

/** Of each set its id, and of each of its representations id, first number, and segments. */
const shape = (period: XmlElement): unknown =>
  named(period, "AdaptationSet").map((set) => [
    set.attributes.get("id"),
    named(set, "Representation").map((representation) => {
      const [own] = named(representation, "SegmentTemplate");
      const [template = assert.fail()] = own ? [own] : named(set, "SegmentTemplate");
      const [timeline = assert.fail()] = named(template, "SegmentTimeline");
      const count = timeline.children.reduce(
        (sum, { attributes }) => sum + 1 + Number(attributes.get("r") ?? 0),
        0,
      );
      const first = Number(template.attributes.get("startNumber"));
      return [representation.attributes.get("id"), first, count];
    }),
  ]);

test("ISO/IEC 23009-1 §5.3.3: renditions are representations of the pictures' set, listed as far as the source is", async () => {
  const air = new OnAir({}, [HIGH, LOW]);
  air.publish("start", 6100);
  const [period = assert.fail()] = periods(air);
  assert.deepEqual(shape(period), [
    [
      "1",
      [
        ["1", 9, 3],
        ["video-720p", 9, 3],
        ["video-360p", 9, 3],
      ],
    ],
    ["2", [["2", 9, 3]]],
  ]);
  // The third is listed, and not there: whoever asks gets it when it is.
  assert.equal(air.answer("stt_2/1/10.m4s")?.kind, "media");
  const held = air.held("stt_2/1/11.m4s");
  air.feed(300);
  assert.equal((await held)?.kind, "media");
});

test("ISO/IEC 23009-1 §5.3.2.4: where a rendition goes or comes, a period begins, and all else goes on", () => {
  const air = new OnAir({}, [HIGH, LOW]);
  const [high = assert.fail()] = air.renditions;
  air.publish("start", 5000);
  high.lose();
  air.feed(4000);
  high.back();
  air.feed(5000);
  const told = periods(air);
  assert.deepEqual(
    told.map((period) => [period.attributes.get("id"), shape(period)]),
    [
      [
        "stt_1-9",
        [
          [
            "1",
            [
              ["1", 9, 2],
              ["video-720p", 9, 2],
              ["video-360p", 9, 2],
            ],
          ],
          ["2", [["2", 9, 2]]],
        ],
      ],
      [
        "stt_1-11",
        [
          [
            "1",
            [
              ["1", 11, 3],
              ["video-360p", 11, 3],
            ],
          ],
          ["2", [["2", 11, 3]]],
        ],
      ],
      [
        "stt_1-14",
        [
          [
            "1",
            [
              ["1", 14, 1],
              ["video-720p", 14, 1],
              ["video-360p", 14, 1],
            ],
          ],
          ["2", [["2", 14, 1]]],
        ],
      ],
    ],
  );
  const continued = named(told[1] ?? assert.fail(), "AdaptationSet").map((set) =>
    named(set, "SupplementalProperty").map(({ attributes }) => attributes.get("value")),
  );
  assert.deepEqual(continued, [["stt_1-9"], ["stt_1-9"]]);
});

test("sound that was made for the renditions is a set of its own, and captions are told", () => {
  const surround = { ...audio, config: { ...audio.config, channels: 6 } };
  const made = { tracks: () => [video, audio] };
  const air = new OnAir({}, [
    { ...HIGH, ...made },
    { ...LOW, ...made },
  ]);
  air.window.captions([{ service: "CC1", name: "CC1" }]);
  air.publish("start", 6600, 2000, [video, surround]);
  const [period = assert.fail()] = periods(air);
  assert.deepEqual(
    named(period, "AdaptationSet").map((set) => [
      set.attributes.get("id"),
      named(set, "Representation").map(({ attributes }) => attributes.get("id")),
      named(set, "Accessibility").map(({ attributes }) => attributes.get("value")),
    ]),
    [
      ["1", ["1", "video-720p", "video-360p"], ["CC1=und"]],
      ["2", ["2"], []],
      ["3", ["audio-aac"], []],
    ],
  );
});
