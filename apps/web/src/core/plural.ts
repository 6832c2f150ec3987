import type { SiteLanguage } from "./language.ts";

/** The forms of a text by number; `{n}` in them becomes the number, as the language writes it. */
export type PluralForms = { readonly one: string; readonly other: string; readonly zero?: string };

/** `plural("en")(2, { one: "{n} viewer", other: "{n} viewers" })` is `2 viewers`. */
export function plural(language: SiteLanguage): (count: number, forms: PluralForms) => string {
  const rules = new Intl.PluralRules(language);
  const numbers = new Intl.NumberFormat(language);
  return (count, forms) => {
    const form =
      count === 0 && forms.zero !== undefined
        ? forms.zero
        : rules.select(count) === "one"
          ? forms.one
          : forms.other;
    return form.replaceAll("{n}", numbers.format(count));
  };
}
