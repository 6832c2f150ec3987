import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const SRC = fileURLToPath(new URL("src/", import.meta.url));

/** What is written the same in both languages: names, and words that Portuguese has taken over. */
const sameInBoth: ReadonlySet<string> = new Set([
  "English",
  "Português (Brasil)",
  "Chat",
  "Link",
  "Normal",
  "Webhooks",
  "Stream",
  "Gigabytes",
  "Hardware",
  "Software",
  "oxbow.json",
  "hh:mm:ss.mmm",
]);

type Area = { readonly area: string; readonly en: unknown; readonly ptBr: unknown };

/** The texts of an area's module, by the name of its export. */
function exported(module: unknown, name: string): unknown {
  assert.ok(typeof module === "object" && module !== null && name in module, `it exports ${name}`);
  return Reflect.get(module, name);
}

async function areas(): Promise<Area[]> {
  const names = readdirSync(SRC).filter((name) => existsSync(`${SRC}${name}/texts-en.ts`));
  return Promise.all(
    names.map(async (area) => ({
      area,
      en: exported(await import(`${SRC}${area}/texts-en.ts`), "en"),
      ptBr: exported(await import(`${SRC}${area}/texts-pt-br.ts`), "ptBr"),
    })),
  );
}

const isGroup = (value: unknown): value is object => typeof value === "object" && value !== null;

/** Every text by its path: `errors.gone`. A function stands as itself. */
function leaves(value: unknown, path: string): [path: string, leaf: unknown][] {
  if (!isGroup(value)) return [[path, value]];
  return Object.entries(value).flatMap(([key, one]) =>
    leaves(one, path === "" ? key : `${path}.${key}`),
  );
}

const found = await areas();

test("every area that shows texts has them in both languages", () => {
  assert.ok(found.length >= 2);
  const single = readdirSync(SRC).filter(
    (area) =>
      existsSync(`${SRC}${area}/texts-en.ts`) !== existsSync(`${SRC}${area}/texts-pt-br.ts`),
  );
  assert.deepEqual(single, []);
});

for (const { area, en, ptBr } of found) {
  const english = leaves(en, "");
  const portuguese = new Map(leaves(ptBr, ""));

  test(`${area}: both languages have the same texts, and none is empty`, () => {
    const kinds = (all: Iterable<[string, unknown]>): string[] =>
      [...all].map(([path, leaf]) => `${path}: ${typeof leaf}`).toSorted();
    assert.deepEqual(kinds(portuguese), kinds(english));
    const empty = [...english, ...portuguese].filter(
      ([, leaf]) => typeof leaf === "string" && leaf.trim() === "",
    );
    assert.deepEqual(empty, []);
  });

  test(`${area}: no text was left in English`, () => {
    const left = english.filter(
      ([path, leaf]) =>
        typeof leaf === "string" &&
        /\p{L}/u.test(leaf) &&
        portuguese.get(path) === leaf &&
        !sameInBoth.has(leaf),
    );
    assert.deepEqual(left, []);
  });
}
