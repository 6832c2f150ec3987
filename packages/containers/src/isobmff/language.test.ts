import assert from "node:assert/strict";
import { test } from "node:test";
import { threeLetters } from "./language.ts";

const canonical = (tag: string): string => Intl.getCanonicalLocales(tag)[0] ?? "";

test("every language of two letters has the three that mean the same (ISO 639-2/T)", () => {
  const letters = Array.from("abcdefghijklmnopqrstuvwxyz");
  const codes = letters.flatMap((a) => letters.map((b) => `${a}${b}`));
  // Intl takes Twi for a name of Akan.
  const known = codes.filter((code) => threeLetters(code) !== "und" && code !== "tw");
  assert.ok(known.length > 180, `${known.length}`);
  assert.deepEqual(
    known.map((code) => canonical(threeLetters(code))),
    known.map(canonical),
  );
});

test("a tag with more than a language is its language, and what is none is not told", () => {
  const tags = ["pt-BR", "ZH-hant", "yue", "por", "und", "", "x-own", "xx"];
  const codes = ["por", "zho", "yue", "por", "und", "und", "und", "und"];
  assert.deepEqual(tags.map(threeLetters), codes);
});
