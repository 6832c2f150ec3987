import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, pickLanguage } from "./texts.ts";

test("the first language that the viewer asks for and the page has is taken, else English", () => {
  assert.deepEqual(
    [["pt-PT", "en"], ["fr", "pt-BR"], ["en-GB"], ["ja"], []].map(
      (wanted) => pickLanguage(wanted).tag,
    ),
    ["pt-BR", "pt-BR", "en", "en", "en"],
  );
});

test("no text is empty in any language", () => {
  for (const [tag, texts] of Object.entries(languages)) {
    assert.deepEqual(
      Object.entries(texts).filter(([, text]) => text.trim() === ""),
      [],
      tag,
    );
  }
  assert.equal(pickLanguage(["pt"]).texts.ended, "A transmissão terminou");
});
