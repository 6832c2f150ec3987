import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import * as fc from "fast-check";
import { asWebVtt } from "./web-vtt.ts";

test("SubRip becomes WebVTT: times, tags that both have, and text that would be a tag", () => {
  const srt = [
    "\uFEFF1\r",
    "00:00:01,000 --> 00:00:02,5\r",
    "{\\an8}<i>Olá</i> & <font color=red>tchau</font>\r",
    "a <b> c < d\r",
    "\r",
    "2\r",
    "01:02:03,004 --> 01:02:04,000 X1:1\r",
    "Fim --> aqui\r",
  ].join("\n");
  assert.equal(
    asWebVtt(srt.replace("Fim --> aqui", "Fim")),
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

test("WebVTT keeps names, settings and styles, and loses its head and notes", () => {
  const vtt =
    "WEBVTT - title\nKind: captions\n\nNOTE no\n\nSTYLE\n::cue { color: red }\n\nintro\n01:02.003 --> 01:03.000 line:0 align:start\n<v Ana>Oi\n";
  assert.equal(
    asWebVtt(vtt),
    "WEBVTT\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01:02.003 --> 00:01:03.000 line:0 align:start\n<v Ana>Oi\n",
  );
});

test("what is neither is refused, and what was made is read as it stands", () => {
  const refused = (text: string): void => {
    assert.throws(
      () => asWebVtt(text),
      (fault) => fault instanceof Fault && fault.code === "media_unreadable",
    );
  };
  for (const text of ["", "WEBVTT", "hello", "1\n00:99:00,000 --> 00:99:01,000\nx", "{}"]) {
    refused(text);
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.nat(10_000), fc.nat(10_000), (text, at, long) => {
      const line = text.replace(/-->|[\r\n]/g, " ");
      const time = (ms: number): string => new Date(ms).toISOString().slice(11, 23);
      const vtt = asWebVtt(`WEBVTT\n\n${time(at)} --> ${time(at + long)}\n${line}\n`);
      assert.equal(asWebVtt(vtt), vtt);
    }),
  );
});
