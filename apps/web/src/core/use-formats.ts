import { createFormats, type Formats } from "./formats.ts";
import { localeOf, type SiteLanguage } from "./language.ts";
import { useLanguage } from "./use-texts.ts";

const made = new Map<SiteLanguage, Formats>();

/** Times, sizes and rates as the visitor's language writes them. */
export function useFormats(): Formats {
  const { language } = useLanguage();
  const formats = made.get(language) ?? createFormats(localeOf(language, navigator.languages));
  made.set(language, formats);
  return formats;
}
