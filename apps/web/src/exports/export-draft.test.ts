import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyOf, type ExportDraft, isLanguage, languageOfName } from "./export-draft.ts";

const draft: ExportDraft = {
  title: " The end ",
  mode: "copy",
  renditions: ["source"],
  cut: "exact",
  gaps: "fill",
  loudness: true,
  subtitles: [{ key: 1, file: "a.srt", text: "1", language: "pt-BR", label: " ", burn: true }],
  publish: "clip",
};

test("what only an encoder can do is left out of a copy", () => {
  const range = { from: "2026-03-01T20:05:00.000Z", to: "2026-03-01T20:15:00.000Z" };
  assert.deepEqual(bodyOf(draft, "vid_1", range), {
    title: "The end",
    mode: "copy",
    renditions: ["source"],
    cut: "exact",
    gaps: "fill",
    loudness: false,
    subtitles: [{ language: "pt-BR", label: "pt-BR", burn: false, text: "1" }],
    publish: "clip",
    video: "vid_1",
    range,
  });
  const encoded = bodyOf({ ...draft, mode: "transcode" }, "vid_1", range);
  assert.deepEqual([encoded.loudness, encoded.subtitles?.[0]?.burn], [true, true]);
});

test("the whole is not cut", () => {
  assert.equal(bodyOf(draft, "vid_1", null).cut, "keyframe");
});

test("a file's name may say its language", () => {
  assert.deepEqual(
    ["tale.pt-BR.srt", "tale_en.vtt", "tale.srt", "the.tale.vtt"].map(languageOfName),
    ["pt-BR", "en", "", ""],
  );
});

test("a language is a code", () => {
  assert.deepEqual(["en", "pt-BR", "zh-Hant-TW", "Deutsch!", "", "e"].map(isLanguage), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
