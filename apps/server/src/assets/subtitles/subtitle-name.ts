import { Fault } from "@oxbow/contract";
import type { AssetSubtitle } from "../asset.ts";

/** The tag in its canonical form (BCP 47). Fault `invalid_request`. */
export function canonicalLanguage(tag: string): string {
  try {
    const [language = tag] = Intl.getCanonicalLocales(tag);
    return language;
  } catch (cause) {
    const message = `"${tag}" is no language tag: give one such as en or pt-BR`;
    throw new Fault("invalid_request", message, { field: "language", cause });
  }
}

/** What a subtitle is called where nobody gave it a name: its language, in that language. */
export function subtitleName({
  language,
  kind,
  forced,
}: Pick<AssetSubtitle, "language" | "kind" | "forced">): string {
  if (language === "und") return "Subtitles";
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  const shown = `${name.charAt(0).toLocaleUpperCase(language)}${name.slice(1)}`;
  return `${shown}${kind === "captions" ? " (CC)" : ""}${forced ? " (forced)" : ""}`;
}

/** Names in a group of renditions differ (rfc8216bis §4.4.6.1.1). */
export function uniqueName(label: string, others: readonly AssetSubtitle[]): string {
  let name = label;
  for (let next = 2; others.some((one) => one.label === name); next += 1) name = `${label} ${next}`;
  return name;
}
