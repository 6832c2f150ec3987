import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import * as fc from "fast-check";
import { parseSubtitles } from "./parse-subtitles.ts";
import { webVtt } from "./web-vtt.ts";

const asWebVtt = (text: string): string => webVtt(parseSubtitles(text));

function refusal(text: string): string {
  try {
    parseSubtitles(text);
  } catch (error) {
    assert.ok(error instanceof Fault && error.code === "media_unreadable");
    return error.message;
  }
  return assert.fail(`"${text}" was read`);
}

test("SubRip becomes WebVTT: times, tags that both have, and text that would be a tag", () => {
  const srt = [
    "\uFEFF1\r",
    "00:00:01,000 --> 00:00:02,5\r",
    "{\\an8}<I>Olá</I> & <font color=red>tchau</font>\r",
    "a <b> c < d\r",
    "\r",
    "2\r",
    "01:02:03,004 --> 01:02:04,000 X1:1\r",
    "Fim\r",
  ].join("\n");
  assert.equal(
    asWebVtt(srt),
    [
      "WEBVTT",
      "",
      "00:00:01.000 --> 00:00:02.500",
      "<i>Olá</i> &amp; tchau",
      "a <b> c &lt; d",
      "",
      "01:02:03.004 --> 01:02:04.000",
      "Fim",
      "",
    ].join("\n"),
  );
});

test("SubRip as people write it: no empty line between cues, an empty line in one, no milliseconds", () => {
  const srt =
    "1\n0:00:01 --> 0:00:02\nfirst\n2\n00:00:02,000 --> 00:00:03,000\nsecond\n\nand third\nA --> B\n";
  assert.match(refusal(srt), /line 9, "A --> B", is no time of a cue/);
  assert.deepEqual(
    parseSubtitles(srt.replace("A --> B\n", "")).cues.map(({ from, to, text }) => [from, to, text]),
    [
      [1000, 2000, "first"],
      [2000, 3000, "second\nand third"],
    ],
  );
});

test("WebVTT keeps names, settings and styles, and loses its head and notes", () => {
  const vtt =
    "WEBVTT - title\nKind: captions\n\nNOTE no\n\nSTYLE\n::cue { color: red }\n\nintro\n01:02.003 --> 01:03.000 line:0 align:start\n<v Ana>Oi\n";
  assert.equal(
    asWebVtt(vtt),
    "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01:02.003 --> 00:01:03.000 line:0 align:start\n<v Ana>Oi\n",
  );
});

test("what is neither is refused with the number of its line", () => {
  const words = new Map([
    ["", /There is no cue in it/],
    ["WEBVTT", /There is no cue in it/],
    ["\n\nhello", /line 3, "hello", is neither WebVTT nor SubRip/],
    ["1\n00:99:00,000 --> 00:99:01,000\nx", /line 2, "00:99:00,000 --> .*", is no time of a cue/],
    ["WEBVTT\n\na\n00:02.000 --> 00:01.000\nx", /line 4, ".*", ends before it begins/],
    ["WEBVTT\n\none --> two\nx", /line 3, "one --> two", is no time of a cue/],
    ["{}", /line 1/],
    ["1\n00:00:01,0 -> 00:00:02,0\nx", /line 2, "00:00:01,0 -> 00:00:02,0", is no time of a cue/],
  ]);
  for (const [text, told] of words) assert.match(refusal(text), told);
});

test("texts that are made to take long are read or refused in no time", () => {
  const times = "00:00:01,000 --> 00:00:02,000";
  const hostile = [
    `1\n${times}\n${"{\\\\".repeat(300_000)}`,
    `1\n${times}\n${"<font".repeat(200_000)}`,
    `1\n${times}\n${"a\n\n".repeat(300_000)}`,
    `1\n0:${"1".repeat(1_000_000)}`,
    `WEBVTT\n\n${times}${" ".repeat(1_000_000)}x\u2028y`,
    `WEBVTT\n\n${"\n".repeat(1_000_000)}`,
    `${times}\n`.repeat(30_000),
  ];
  const begun = performance.now();
  for (const text of hostile) {
    try {
      asWebVtt(text);
    } catch (error) {
      assert.ok(error instanceof Fault, String(error));
    }
  }
  assert.ok(performance.now() - begun < 3000, `${performance.now() - begun} ms`);
});

test("what was made is read as it stands", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.nat(10_000), fc.nat(10_000), (text, at, long) => {
      const line = text.replace(/-->|[\r\n]/g, " ");
      const time = (ms: number): string => new Date(ms).toISOString().slice(11, 23);
      const vtt = asWebVtt(`WEBVTT\n\n${time(at)} --> ${time(at + long)}\n${line}\n`);
      assert.equal(asWebVtt(vtt), vtt);
    }),
  );
});

test("whatever the text, it is read or refused", () => {
  const piece = fc.constantFrom(
    ...["WEBVTT", "\n", "\n\n", "\r", "1", "00:01.000 --> 00:02.000", "-->", "NOTE", "STYLE", "a"],
    ...["<00:00:01.500>", "99999:00:00,000 --> 0:0:0", "\uFEFF", "&", "<b>", " "],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        const vtt = asWebVtt(pieces.join(""));
        assert.equal(asWebVtt(vtt), vtt);
      } catch (error) {
        assert.ok(error instanceof Fault, String(error));
      }
    }),
    { numRuns: 500 },
  );
});
