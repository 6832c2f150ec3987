import {
  createContext,
  createElement,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import { kept } from "./kept.ts";
import {
  chooseLanguage,
  languageOfTag,
  realLanguage,
  type SiteLanguage,
  type TextLanguage,
} from "./language.ts";
import { pageData } from "./page-data.ts";
import { useSession } from "./session.ts";
import { createTextStore, loadLanguage } from "./text-store.ts";

const KEY = "language";

/** What the browser and the address say, before anybody has signed in. */
function firstLanguage(): TextLanguage {
  if (typeof window === "undefined") return "en";
  return chooseLanguage({
    address: new URLSearchParams(window.location.search).get("lang"),
    account: accountLanguage(),
    kept: kept.read(KEY),
    browser: navigator.languages,
    pseudo: import.meta.env.DEV || kept.read("pseudo") === "on",
  });
}

/** What the session in the page's first data says. */
function accountLanguage(): string | null {
  const session = pageData().answers.find(({ id }) => id === "accounts.session")?.answer;
  if (typeof session !== "object" || session === null || !("person" in session)) return null;
  const { person } = session;
  if (typeof person !== "object" || person === null || !("language" in person)) return null;
  return typeof person.language === "string" ? person.language : null;
}

let current: TextLanguage | undefined;
/** The language that texts begin to load in before anything is shown. */
const startLanguage = (): TextLanguage => (current ??= firstLanguage());

type LanguageChoice = {
  readonly language: SiteLanguage;
  readonly texts: TextLanguage;
  /** Changes to a language when its texts are there, and keeps the choice in this browser. */
  readonly setLanguage: (language: SiteLanguage) => Promise<void>;
};

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);

/** When the texts of all areas that have been loaded are there: a page can then be shown in one step. */
export const textsReady = (): Promise<void> => loadLanguage(startLanguage());

/** Gives texts and formats their language; within the query client's provider. */
export function LanguageProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [texts, setTexts] = useState(startLanguage);
  const setLanguage = useCallback(async (language: SiteLanguage) => {
    kept.write(KEY, language);
    await loadLanguage(language);
    current = language;
    setTexts(language);
  }, []);
  useAccountLanguage(texts, setLanguage);
  useEffect(() => {
    document.documentElement.lang = realLanguage(texts);
  }, [texts]);
  const choice = useMemo(
    () => ({ language: realLanguage(texts), texts, setLanguage }),
    [texts, setLanguage],
  );
  return createElement(LanguageContext, { value: choice }, children);
}

/** Who signs in gets the language of their account; an address that names one is stronger. */
function useAccountLanguage(
  shown: TextLanguage,
  setLanguage: (language: SiteLanguage) => Promise<void>,
): void {
  const wished = useSession().person?.language;
  useEffect(() => {
    const named = new URLSearchParams(window.location.search).get("lang");
    if (wished === undefined || shown === "x-pseudo" || languageOfTag(named ?? "") !== undefined) {
      return;
    }
    // What cannot be loaded now leaves the page in the language it has.
    setLanguage(wished).catch((cause: unknown) => console.warn("No texts", cause));
    // Only what the account says is followed: who changes the language here keeps it.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [wished]);
}

export function useLanguage(): LanguageChoice {
  const choice = use(LanguageContext);
  if (choice === undefined) throw new Error("There is no LanguageProvider");
  return choice;
}

/**
 * The texts of an area as a hook. They begin to load in the visitor's language at once, beside what
 * imports them; a component that comes first waits (Suspense).
 */
export function createTexts<T>(loadEn: () => Promise<T>, loadPtBr: () => Promise<T>): () => T {
  const store = createTextStore(loadEn, loadPtBr);
  if (typeof window !== "undefined") {
    // What fails is told where it is used: this only begins.
    store.get(startLanguage()).catch(() => undefined);
  }
  return function useAreaTexts(): T {
    return use(store.get(useLanguage().texts));
  };
}
