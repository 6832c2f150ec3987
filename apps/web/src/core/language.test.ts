import assert from "node:assert/strict";
import { test } from "node:test";
import { createFormats } from "./formats.ts";
import { chooseLanguage, type LanguageWishes, localeOf, realLanguage } from "./language.ts";

const nothing: LanguageWishes = {
  address: null,
  account: null,
  kept: null,
  browser: [],
  pseudo: false,
};

test("the address is stronger than the account, that than what was kept, that than the browser", () => {
  const all = { address: "en", account: "pt-BR", kept: "en", browser: ["pt-PT"] };
  assert.deepEqual(
    [
      chooseLanguage({ ...nothing, ...all }),
      chooseLanguage({ ...nothing, ...all, address: null }),
      chooseLanguage({ ...nothing, kept: all.kept, browser: all.browser }),
      chooseLanguage({ ...nothing, browser: all.browser }),
      chooseLanguage(nothing),
    ],
    ["en", "pt-BR", "en", "pt-BR", "en"],
  );
});

test("the first of the browser's languages that the site has is taken, by its primary tag", () => {
  assert.equal(chooseLanguage({ ...nothing, browser: ["de-AT", "pt", "en-GB"] }), "pt-BR");
  assert.equal(chooseLanguage({ ...nothing, browser: ["de", "ja"] }), "en");
  assert.equal(chooseLanguage({ ...nothing, address: "xx", kept: "nonsense" }), "en");
});

test("the pseudo-language is shown only where it is allowed, and counts in English", () => {
  assert.equal(chooseLanguage({ ...nothing, address: "x-pseudo" }), "en");
  const pseudo = chooseLanguage({ ...nothing, address: "x-pseudo", pseudo: true });
  assert.equal(pseudo, "x-pseudo");
  assert.equal(realLanguage(pseudo), "en");
});

test("times are written as in the browser's own region, where that speaks the site's language", () => {
  assert.equal(localeOf("en", ["de-AT", "en-GB", "en-US"]), "en-GB");
  assert.equal(localeOf("pt-BR", ["en-GB"]), "pt-BR");
  const eight = new Date(2026, 2, 1, 20, 0);
  const time = (locale: string): string => createFormats(locale).dateTime(eight.toISOString());
  assert.match(time(localeOf("en", ["en-GB"])), /1 Mar 2026, 20:00/);
  assert.match(time(localeOf("en", [])), /Mar 1, 2026, 8:00\sPM/);
});
