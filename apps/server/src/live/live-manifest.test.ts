import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "../../../../fixtures/check-mpd.ts";
import { readXml, type XmlElement } from "../../../../fixtures/read-xml.ts";
import { createPackager } from "../packager/index.ts";
import { Entry } from "./entry.ts";
import { LiveManifest } from "./live-manifest.ts";
import { media, OnAir, origin, video } from "./on-air.ts";
import { ServedStretch } from "./served-stretch.ts";

function manifest(air: OnAir): XmlElement {
  const text = air.read("manifest.mpd");
  assert.deepEqual(faultsOf(text), []);
  return readXml(text);
}

const periodsOf = (mpd: XmlElement): XmlElement[] =>
  mpd.children.filter(({ name }) => name === "Period");

/** Seconds since the origin, and the numbers of the first segments of its tracks. */
const shape = (mpd: XmlElement): unknown[] =>
  periodsOf(mpd).map(({ attributes, children }) => [
    attributes.get("id"),
    Math.round((Number(attributes.get("start")?.slice(2, -1)) - origin / 1000) * 1000) / 1000,
    children
      .flatMap((set) => set.children)
      .filter(({ name }) => name === "SegmentTemplate")
      .map((template) => Number(template.attributes.get("startNumber"))),
  ]);

test("ISO/IEC 23009-1 §5.4: periods keep id, beginning and offset while the window slides, reconnects and ends", () => {
  const air = new OnAir();
  assert.equal(air.window.route("manifest.mpd"), undefined);
  air.publish("start", 4200);
  const begun = manifest(air);
  assert.equal(begun.attributes.get("type"), "dynamic");
  assert.equal(begun.attributes.get("availabilityStartTime"), "1970-01-01T00:00:00.000Z");
  assert.deepEqual(shape(begun), [["stt_1-9", 0, [9, 9]]]);
  const answer = air.window.route("manifest.mpd");
  assert.ok(answer !== undefined && "contentType" in answer);
  assert.deepEqual(
    [answer.contentType, answer.cacheControl],
    ["application/dash+xml", "public, max-age=1"],
  );
  assert.equal(air.window.route("manifest.mpd"), answer, "rendered once for all readers");

  air.lose();
  air.wait(6000, 6);
  assert.deepEqual(shape(manifest(air)), [["stt_1-9", 0, [9, 9]]]);
  air.publish("reconnect", 4200, 2000, [video]);
  const [first, second] = shape(manifest(air));
  assert.deepEqual(first, ["stt_1-9", 0, [9, 9]]);
  assert.deepEqual(second, ["stt_2-12", 10.2, [12]]);
  air.publish("config", 30_000);
  const slid = shape(manifest(air));
  assert.equal(slid.length, 1);
  assert.match(JSON.stringify(slid), /^\[\["stt_3-\d+",14\.4,\[\d+,\d+\]\]\]$/);
  air.end();
  // DASH-IF IOP v4.3 §4.6.4: the end is told to who plays before the text is static.
  const told = manifest(air);
  assert.equal(told.attributes.get("type"), "dynamic");
  air.wait(3000, 6);
  const ended = manifest(air);
  assert.equal(ended.attributes.get("type"), "static");
  assert.equal(
    told.attributes.get("mediaPresentationDuration"),
    ended.attributes.get("mediaPresentationDuration"),
  );
  assert.equal(JSON.stringify(shape(ended)).slice(0, 20), JSON.stringify(slid).slice(0, 20));
  const end = Number(ended.attributes.get("mediaPresentationDuration")?.slice(2, -1));
  assert.equal(Math.round((end - origin / 1000) * 10) / 10, 44.4);
});

test("every segment that is listed can be loaded, and the clock is told anew each time", () => {
  const air = new OnAir();
  air.publish("start", 40_000);
  const [period] = periodsOf(manifest(air));
  assert.ok(period);
  for (const set of period.children.filter(({ name }) => name === "AdaptationSet")) {
    const template = set.children.find(({ name }) => name === "SegmentTemplate");
    const id = set.attributes.get("id") ?? "";
    const fill = (name: string, number: number): string =>
      (template?.attributes.get(name) ?? "")
        .replace("$RepresentationID$", id)
        .replace("$Number$", String(number));
    let number = Number(template?.attributes.get("startNumber"));
    assert.match(air.read(fill("initialization", 0)), /^....ftyp/s);
    let listed = 0;
    for (const { attributes } of template?.children[0]?.children ?? []) {
      for (let left = Number(attributes.get("r") ?? 0); left >= 0; left -= 1) {
        assert.match(air.read(fill("media", number)), /^....moof/s);
        number += 1;
        listed += 1;
      }
    }
    assert.ok(listed >= 6, `${listed} segments`);
  }
  const clock = (): string => air.read("time");
  assert.equal(clock(), new Date(origin + 40_000).toISOString());
  air.wait(250);
  assert.equal(clock(), new Date(origin + 40_250).toISOString());
});

test("ISO/IEC 23009-1 §5.3.9.5.3, Annex K: low latency lists the open segment and the next, and says so", () => {
  const low = { partMs: 214 } as const;
  const air = new OnAir(low);
  air.publish("start", 4200);
  const said = (text: string): unknown[] => [
    /availabilityTimeOffset="([^"]*)" availabilityTimeComplete="(\w*)"/.exec(text)?.slice(1),
    /<Latency ([^/]*)\/>/.exec(text)?.[1],
    / minimumUpdatePeriod="(\w*)"/.exec(text)?.[1],
  ];
  assert.deepEqual(said(air.read("manifest.mpd")), [undefined, undefined, "PT2S"]);
  air.feed(4000);
  manifest(air);
  const latency = 'target="1500" min="750" max="6000"';
  assert.deepEqual(said(air.read("manifest.mpd")), [["1.786", "false"], latency, "PT1S"]);
  // Four are sealed; the lead's list goes on for two more.
  const entries = /<SegmentTimeline>(.*?)<\/SegmentTimeline>/.exec(air.read("manifest.mpd"))?.[1];
  assert.equal(entries, '<S t="0" d="180000" r="5"/>');
  const normal = new OnAir();
  normal.publish("start", 8200);
  assert.deepEqual(said(normal.read("manifest.mpd")), [undefined, undefined, "PT2S"]);
  air.lose();
  manifest(air);
  assert.deepEqual(said(air.read("manifest.mpd")), [undefined, latency, "PT1S"]);
  // What was listed and never came is a segment without media: players that know of it go on.
  const sizes = [13, 14, 16].map((number) => {
    const reply = air.window.route(`stt_1/1/${number}.m4s`);
    return reply !== undefined && "body" in reply ? Buffer.concat(reply.body).length : reply;
  });
  assert.ok(sizes[0]);
  assert.deepEqual(sizes.slice(1), [0, undefined]);
  air.end();
  air.wait(1500, 3);
  assert.deepEqual(said(air.read("manifest.mpd")), [undefined, undefined, undefined]);
});

test("a broadcast that nobody plays as DASH keeps no more of its list than the window has", () => {
  const list = new LiveManifest(new OnAir().window.ladder);
  const listed: Entry[] = [];
  const packager = createPackager({
    ...{ stream: "str_1", broadcast: "brd_1", rendition: "source", nextSegment: 0 },
    ...{ partMs: 500, segmentMs: 2000, longestSegmentMs: 12_000, newStretchId: () => "stt_1" },
    outputs: [
      {
        stretchBegan: () => {},
        chunkSealed: () => {},
        segmentSealed: (segment) => {
          const { number, wall, seconds } = segment;
          const place = { sequence: number, wall, seconds, discontinuity: false };
          const stretch = new ServedStretch(segment.stretch);
          const from = { stretch, number, kinds: [] };
          listed.push(new Entry({ ...place, discontinuitySequence: 0 }, from));
          if (listed.length > 8) listed.shift();
          list.append(segment, listed, stretch);
        },
        stretchEnded: () => {},
      },
    ],
  });
  packager.begin({ reason: "start", tracks: [video], origin });
  for (const frame of media(0, 400_000, 2000, [video])) packager.frame(frame);
  assert.equal(list.length, 8);
});
