import type { TextLanguage } from "./language.ts";
import { pseudoTexts } from "./pseudo-texts.ts";

/** Texts of one area by language: loaded when first needed, then there at once. */
export type TextStore<T> = {
  /** The texts, or a promise of them: one promise for as long as it is open. */
  readonly get: (language: TextLanguage) => T | Promise<T>;
};

/** Stores that a page has used, so that another language is there before the page changes to it. */
const used = new Set<TextStore<unknown>>();

export function createTextStore<T>(
  loadEn: () => Promise<T>,
  loadPtBr: () => Promise<T>,
): TextStore<T> {
  const ready = new Map<TextLanguage, T>();
  const coming = new Map<TextLanguage, Promise<T>>();
  const loaders: Readonly<Record<TextLanguage, () => Promise<T>>> = {
    en: loadEn,
    "pt-BR": loadPtBr,
    "x-pseudo": async () => pseudoTexts(await loadEn()),
  };
  const load = async (language: TextLanguage): Promise<T> => {
    try {
      const texts = await loaders[language]();
      ready.set(language, texts);
      return texts;
    } finally {
      // What failed is tried again by who asks next.
      coming.delete(language);
    }
  };
  const store: TextStore<T> = {
    get(language) {
      used.add(store);
      const there = ready.get(language);
      if (there !== undefined) return there;
      const open = coming.get(language) ?? load(language);
      coming.set(language, open);
      return open;
    },
  };
  return store;
}

/** Loads a language for all that has been shown so far. */
export async function loadLanguage(language: TextLanguage): Promise<void> {
  await Promise.all([...used].map((store) => store.get(language)));
}
