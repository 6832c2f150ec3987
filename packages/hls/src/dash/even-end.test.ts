import assert from "node:assert/strict";
import { test } from "node:test";
import type { AdaptationSet } from "./adaptation-set.ts";
import { evenEnd } from "./even-end.ts";
import type { Period } from "./mpd.ts";
import type { SegmentTemplate, TimelineSegment } from "./segment-template.ts";

function template(timescale: number, timeline: readonly TimelineSegment[]): SegmentTemplate {
  return { timescale, presentationTimeOffset: 0, media: "$Number$.m4s", startNumber: 1, timeline };
}

function set(
  contentType: AdaptationSet["contentType"],
  own: SegmentTemplate,
  other?: SegmentTemplate,
): AdaptationSet {
  const representation = { id: contentType, bandwidth: 1 };
  return {
    id: 1,
    contentType,
    mimeType: `${contentType}/mp4`,
    template: own,
    representations: [representation, ...(other ? [{ ...representation, template: other }] : [])],
  };
}

const pictures = template(90_000, [
  { t: 0, d: 180_000 },
  { t: 180_000, d: 118_800 },
]);
const sound = template(48_000, [
  { t: 0, d: 96_256 },
  { t: 96_256, d: 61_000 },
]);
const lastOf = ({ timeline }: SegmentTemplate): TimelineSegment | undefined =>
  "duration" in timeline ? undefined : timeline.at(-1);

test("every track lasts as long as the pictures, and none is shortened", () => {
  const longer = template(48_000, [{ t: 0, d: 160_000 }]);
  const smaller = template(30_000, [{ t: 0, d: 99_000 }]);
  const sets = [set("video", pictures, smaller), set("audio", sound), set("audio", longer)];
  const period: Period = { id: "p", start: 10, sets };
  const [video, short, long] = evenEnd(period).sets;
  assert.deepEqual(video?.template, pictures);
  assert.deepEqual(
    video?.representations[1]?.template && lastOf(video.representations[1].template),
    {
      t: 0,
      d: 99_600,
    },
  );
  assert.deepEqual(short && lastOf(short.template), { t: 96_256, d: 63_104 });
  assert.deepEqual(long?.template, longer);
});

test("a period with an end of its own lasts until then, and pictures one by one have no last segment", () => {
  const tiles: SegmentTemplate = { ...sound, timeline: { duration: 10 } };
  const period: Period = {
    id: "p",
    start: 0,
    duration: 3.4,
    sets: [set("video", pictures), set("image", tiles)],
  };
  const [video, image] = evenEnd(period).sets;
  assert.deepEqual(video && lastOf(video.template), { t: 180_000, d: 126_000 });
  assert.deepEqual(image?.template, tiles);
});
