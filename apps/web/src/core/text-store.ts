import type { TextLanguage } from "./language.ts";
import { pseudoTexts } from "./pseudo-texts.ts";

/**
 * A promise that tells what became of it, as React's `use` reads it: what is there needs no waiting. `use`
 * must be called with it each time, also then: React counts on it when it goes on with a component.
 */
type TextPromise<T> = Promise<T> & { status?: "pending" | "fulfilled"; value?: T };

/** Texts of one area by language: loaded when first needed. */
export type TextStore<T> = {
  /** One promise for each language, unless it failed. */
  readonly get: (language: TextLanguage) => Promise<T>;
};

/** Stores that a page has used, so that another language is there before the page changes to it. */
const used = new Set<TextStore<unknown>>();

export function createTextStore<T>(
  loadEn: () => Promise<T>,
  loadPtBr: () => Promise<T>,
): TextStore<T> {
  const promises = new Map<TextLanguage, TextPromise<T>>();
  const loaders: Readonly<Record<TextLanguage, () => Promise<T>>> = {
    en: loadEn,
    "pt-BR": loadPtBr,
    "x-pseudo": async () => pseudoTexts(await loadEn()),
  };
  const load = (language: TextLanguage): TextPromise<T> => {
    const promise: TextPromise<T> = loaders[language]();
    promise.status = "pending";
    const follow = async (): Promise<void> => {
      try {
        promise.value = await promise;
        promise.status = "fulfilled";
      } catch {
        // Who waits is told by the promise itself; who asks next begins anew.
        delete promise.status;
        promises.delete(language);
      }
    };
    void follow();
    return promise;
  };
  const store: TextStore<T> = {
    get(language) {
      used.add(store);
      const promise = promises.get(language) ?? load(language);
      promises.set(language, promise);
      return promise;
    },
  };
  return store;
}

/** Loads a language for all areas that have been loaded so far. */
export async function loadLanguage(language: TextLanguage): Promise<void> {
  await Promise.all([...used].map((store) => store.get(language)));
}
