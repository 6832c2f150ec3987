import { createFormats, type Formats } from "./formats.ts";
import type { SiteLanguage } from "./language.ts";
import { useLanguage } from "./use-texts.ts";

const made = new Map<SiteLanguage, Formats>();

/** Times, sizes and rates as the visitor's language writes them. */
export function useFormats(): Formats {
  const { language } = useLanguage();
  const formats = made.get(language) ?? createFormats(language);
  made.set(language, formats);
  return formats;
}
