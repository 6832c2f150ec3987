/** The languages of the site. */
export type SiteLanguage = "en" | "pt-BR";

/** What texts are shown in: a language, or English with accents, longer, to find what is not translated. */
export type TextLanguage = SiteLanguage | "x-pseudo";

export const siteLanguages: readonly SiteLanguage[] = ["en", "pt-BR"];

/** The site's language for a tag such as `pt-PT`, or undefined. */
export function languageOfTag(tag: string): SiteLanguage | undefined {
  const primary = tag.toLowerCase().split("-")[0];
  return siteLanguages.find((language) => language.toLowerCase().split("-")[0] === primary);
}

/**
 * How a visitor of the site in a language writes numbers and times: as the region does that the browser
 * names with this language, so that `en-GB` has 20:00 and the day before the month.
 */
export function localeOf(language: SiteLanguage, browser: readonly string[]): string {
  return browser.find((tag) => languageOfTag(tag) === language) ?? language;
}

/** What a visitor has said about languages, the strongest first. */
export type LanguageWishes = {
  /** `?lang=` of the address: for this visit. */
  readonly address: string | null;
  /** Of the account of who is signed in, as the page's first data says. */
  readonly account: string | null;
  /** What was chosen here before. */
  readonly kept: string | null;
  /** What the browser asks for, in order. */
  readonly browser: readonly string[];
  /** Whether `x-pseudo` is allowed. */
  readonly pseudo: boolean;
};

export function chooseLanguage(wishes: LanguageWishes): TextLanguage {
  if (wishes.pseudo && wishes.address === "x-pseudo") return "x-pseudo";
  for (const tag of [wishes.address, wishes.account, wishes.kept, ...wishes.browser]) {
    const language = tag === null ? undefined : languageOfTag(tag);
    if (language !== undefined) return language;
  }
  return "en";
}

/** The language of numbers, dates and `<html lang>`. */
export const realLanguage = (language: TextLanguage): SiteLanguage =>
  language === "x-pseudo" ? "en" : language;
