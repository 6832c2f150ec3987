import assert from "node:assert/strict";
import { test } from "node:test";
import { encoderEnds, issueCodes, refusalCodes } from "@oxbow/site-contract";
import { en } from "./texts-en.ts";
import { ptBr } from "./texts-pt-br.ts";

/** Codes of which a language says nothing, or does not say what to do. */
function untold(codes: readonly string[], texts: Readonly<Record<string, unknown>>): string[] {
  return codes.filter((code) => {
    const told = texts[code];
    const words = typeof told === "object" && told !== null ? Object.values(told) : [told];
    return !words.every((text) => typeof text === "string" && text.trim().length > 4);
  });
}

test("every code of the contract has its words, and what to do, in both languages", () => {
  for (const texts of [en, ptBr]) {
    assert.deepEqual(untold(issueCodes, texts.issues), []);
    assert.deepEqual(untold(refusalCodes, texts.live.rejected), []);
    assert.deepEqual(untold(encoderEnds, texts.ends), []);
  }
});
