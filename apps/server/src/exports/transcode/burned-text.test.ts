import assert from "node:assert/strict";
import { test } from "node:test";
import { millis } from "@oxbow/media";
import { assScript } from "./burned-text.ts";

const line = (text: string, settings = "") => {
  const cue = { from: millis(1_234), to: millis(3_661_005), text, settings };
  return assScript([cue], { width: 640, height: 360 }).split("\n").at(-2);
};

const HEAD = "Dialogue: 0,0:00:01.23,1:01:01.01,Default,,0,0,0,,";

test("bold, italic and underline stay, other tags go, escapes are read", () => {
  assert.equal(
    line("<v Ann><b>Hello</b> <i.loud>you</i> &amp; <c.red>me</c> &lt;3"),
    `${HEAD}{\\b1}Hello{\\b0} {\\i1}you{\\i0} & me <3`,
  );
});

test("nothing in a text is a command", () => {
  assert.equal(line("{\\p1}m 0 0\nC:\\new"), `${HEAD}\\{\\\u2060p1\\}m 0 0\\NC:\\\u2060new`);
});

test("a cue that asks for the top or a side has it", () => {
  assert.equal(line("Hi", "line:0"), `${HEAD}{\\an8}Hi`);
  assert.equal(line("Hi", "line:10% align:start"), `${HEAD}{\\an7}Hi`);
  assert.equal(line("Hi", "align:end"), `${HEAD}{\\an3}Hi`);
  assert.equal(line("Hi", "line:-1 align:center"), `${HEAD}Hi`);
});
