import assert from "node:assert/strict";
import { test } from "node:test";
import { pseudoTexts } from "./pseudo-texts.ts";
import { createTextStore, loadLanguage } from "./text-store.ts";

/** What React reads of a promise instead of waiting. */
const noted = (promise: Promise<unknown>): unknown[] => [
  Reflect.get(promise, "status"),
  Reflect.get(promise, "value"),
];

test("texts are promised once while they load, and there at once afterwards", async () => {
  let loads = 0;
  const store = createTextStore(
    async () => {
      loads += 1;
      return { hello: "Hello" };
    },
    async () => ({ hello: "Olá" }),
  );
  const first = store.get("en");
  assert.equal(store.get("en"), first);
  assert.deepEqual(await first, { hello: "Hello" });
  assert.equal(store.get("en"), first);
  assert.deepEqual(noted(first), ["fulfilled", { hello: "Hello" }]);
  assert.equal(loads, 1);
});

test("texts that could not be loaded are asked for again", async () => {
  let tries = 0;
  const store = createTextStore(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error("no connection");
      return "Hello";
    },
    async () => "Olá",
  );
  await assert.rejects(async () => store.get("en"), /no connection/);
  assert.equal(await store.get("en"), "Hello");
});

test("another language is there at once for what was shown, when it has been loaded", async () => {
  const store = createTextStore(
    async () => "Hello",
    async () => "Olá",
  );
  await store.get("en");
  await loadLanguage("pt-BR");
  assert.deepEqual(noted(store.get("pt-BR")), ["fulfilled", "Olá"]);
});

test("the pseudo-language reaches texts, lists and what functions answer", () => {
  const texts = pseudoTexts({ a: "No", list: ["on"], count: (n: number) => `${n} on` });
  assert.deepEqual([texts.a, texts.list, texts.count(3)], ["[Ñö~]", ["[öñ~]"], "[3 öñ~~]"]);
});
