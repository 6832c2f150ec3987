import assert from "node:assert/strict";
import { test } from "node:test";
import { languages, pickLanguage } from "./languages.ts";

test("the first language that the viewer asks for and the page has is taken, else English", () => {
  assert.deepEqual(
    [["pt-PT", "en"], ["fr", "pt-BR"], ["en-GB"], ["ja"], []].map(
      (wanted) => pickLanguage(wanted).tag,
    ),
    ["pt-BR", "pt-BR", "en", "en", "en"],
  );
});

test("each language says something of each state and control, and not the same as another", () => {
  const all = Object.entries(languages).map(([tag, { states, labels }]) => {
    const said = Object.entries(states).map(([at, { say }]) => [at, say]);
    const texts = [...said, ...Object.entries(labels)];
    assert.deepEqual(
      texts.filter(([, text]) => text?.trim() === ""),
      [],
      tag,
    );
    return texts;
  });
  const [first = [], second = []] = all;
  assert.deepEqual(
    first.map(([name]) => name),
    second.map(([name]) => name),
  );
  const same = first.filter(([, text], at) => text === second[at]?.[1]).map(([name]) => name);
  assert.deepEqual(same, ["normal", "buffer", "codec"]);
});

test("what people know a broadcaster to say is said", () => {
  const { states, labels } = pickLanguage(["pt"]).texts;
  assert.deepEqual(
    [states.ended.say, states.soon.say, labels.goLive],
    ["A transmissão terminou", "Começa em breve", "Voltar ao vivo"],
  );
});
