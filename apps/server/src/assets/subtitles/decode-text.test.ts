import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "@oxbow/contract";
import { decodeText } from "./decode-text.ts";

const TEXT = "1\n00:00:01,000 --> 00:00:02,000\nAção – “olá”\n";
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

test("UTF-8 and UTF-16, with and without a byte order mark, are read alike", () => {
  const wide = Buffer.from(TEXT, "utf16le");
  const marked = Buffer.from(`\uFEFF${TEXT}`, "utf16le");
  const forms = [Buffer.from(TEXT), Buffer.from(`\uFEFF${TEXT}`), wide, swapped(wide), marked];
  for (const bytes of [...forms, swapped(marked)]) assert.equal(decodeText(bytes, "pt"), TEXT);
});

test("what is no UTF-8 is read as its language was written before", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["41e7e36f20962093 6f6ce19420", "pt-BR", "Ação – “olá” "],
    ["cff0e8e2e5f2", "ru", "Привет"],
    ["8365835883672e", "ja", "テスト."],
    ["b4fab8d5", "zh-TW", "測試"],
    ["b2e2cad4", "zh", "测试"],
    ["41e7", "und", "Aç"],
  ];
  for (const [hex, language, text] of cases) {
    assert.equal(decodeText(Buffer.from(hex.replaceAll(" ", ""), "hex"), language), text);
  }
});

test("what is no text is refused", () => {
  for (const bytes of [Buffer.from([0, 0, 0, 24, 0x66]), Buffer.from([0x89, 0x50, 0x01, 0xff])]) {
    assert.throws(
      () => decodeText(bytes, "en"),
      (error) => error instanceof Fault && error.code === "media_unreadable",
    );
  }
});
