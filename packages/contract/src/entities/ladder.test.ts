import assert from "node:assert/strict";
import { test } from "node:test";
import { validate } from "../validate.ts";
import { hasRenditions, Ladder, wishedRendition } from "./ladder.ts";
import { StreamCreate } from "./stream.ts";
import { toldRefusal } from "./told-refusal-for-tests.ts";

const refused = (ladder: unknown) => toldRefusal(StreamCreate, { name: "a", ladder });

test("a ladder is a preset, or names and figures, and is told as it was given", () => {
  const own = { name: "small", height: 240, fps: 15, bitrate: 300_000, codec: "h264" };
  for (const ladder of [
    "source",
    "full",
    ["source"],
    ["source", "1080p60", "720p", "90p1", "4320p120", own],
    [{ name: "source", codec: "copy" }, { height: 720 }, { height: 720, fps: 29.97 }],
  ]) {
    assert.deepEqual(validate(Ladder, ladder), ladder);
  }
});

test("a preset that there is not, and no list, is told which presets there are", () => {
  const message =
    'ladder: give one of "source", "mobile", "standard", "full", or a list of 1 to 6 qualities';
  for (const ladder of ["huge", 720, null, {}, Array.from({ length: 400_000 }, () => 7)]) {
    assert.deepEqual(refused(ladder), ["ladder", message]);
  }
  assert.deepEqual(refused([]), ["ladder", "ladder: give at least one"]);
});

test("a quality that can't be is refused at its place, in words", () => {
  const named = 'give "source", a name like "720p" or "720p60", or { "height": 720 }';
  for (const name of ["720", "720x", "88p", "4322p", "721p", "720p0", "720p121", "72p", "P", ""]) {
    assert.deepEqual(refused(["source", name]), ["ladder.1", `ladder.1: ${named}`], name);
  }
  const wrong: [figures: object, field: string, message: string][] = [
    [{ height: 721 }, "height", "must be even"],
    [{ height: 720, fps: 0 }, "fps", "expected number to be >=1"],
    [{ height: 720, fps: 121 }, "fps", "expected number to be <=120"],
    [{ height: 720, bitrate: 49_999 }, "bitrate", "expected number to be >=50000"],
    [{ height: 720, bitrate: 100_000_001 }, "bitrate", "expected number to be <=100000000"],
    [{ height: 720, width: 1280 }, "width", "is not a field of this request: remove it"],
    [{ height: 720, codec: "hevc" }, "codec", 'give "h264"'],
    [{ height: 720, name: "audio" }, "name", "must not be one of source, audio, aac, index"],
    [
      { height: 720, name: "A b" },
      "name",
      "give 1 to 32 of a-z 0-9 - that begin with a letter or digit",
    ],
  ];
  for (const [figures, field, message] of wrong) {
    assert.deepEqual(refused([figures]), [`ladder.0.${field}`, `ladder.0.${field}: ${message}`]);
  }
});

test("each name stands once, and there are at most six besides the source", () => {
  assert.deepEqual(refused(["720p", "480p", { height: 720 }]), [
    "ladder.2",
    'ladder.2: is a second "720p": name each once',
  ]);
  assert.deepEqual(refused(["source", { name: "source", codec: "copy" }])[0], "ladder.1");
  const six = ["240p", "360p", "480p", "540p", "720p", "1080p"];
  assert.deepEqual(validate(Ladder, [...six, "source"]), [...six, "source"]);
  assert.deepEqual(refused([...six, "144p"]), [
    "ladder.6",
    "ladder.6: is one too many: give at most 6 besides the source",
  ]);
  assert.equal(refused(["source", ...six, "144p"])[0], "ladder");
});

test("a ladder of the source alone asks for nothing to be made", () => {
  const alone = ["source", ["source"], [{ name: "source", codec: "copy" }]] as const;
  assert.deepEqual(alone.map(hasRenditions), [false, false, false]);
  const more = ["mobile", ["source", "720p"], [{ height: 720 }]] as const;
  assert.deepEqual(more.map(hasRenditions), [true, true, true]);
});

test("names tell height and rate, figures make a name, and the source is neither", () => {
  const open = { fps: null, bitrate: null };
  assert.deepEqual(wishedRendition("720p"), { name: "720p", height: 720, ...open });
  assert.deepEqual(wishedRendition("720p60"), { ...open, name: "720p60", height: 720, fps: 60 });
  assert.deepEqual(wishedRendition({ height: 480, fps: 29.97 }), {
    name: "480p30",
    height: 480,
    fps: 29.97,
    bitrate: null,
  });
  const own = { name: "small", height: 240, bitrate: 300_000 };
  assert.deepEqual(wishedRendition(own), { ...own, fps: null });
  for (const source of ["source", "audio", { name: "source" } as const]) {
    assert.equal(wishedRendition(source), undefined);
  }
});
