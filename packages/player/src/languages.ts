import type { Texts } from "./texts.ts";
import { en } from "./texts-en.ts";
import { ptBR } from "./texts-pt-br.ts";

/** The languages by their tag (BCP 47), the default first. */
export const languages: Readonly<Record<string, Texts>> = { en, "pt-BR": ptBR };

/** The language for what the viewer's browser, or the page around, asks for, best first. */
export function pickLanguage(wanted: readonly string[]): { tag: string; texts: Texts } {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0];
    const found = Object.entries(languages).find(
      ([own]) => own.toLowerCase().split("-")[0] === base,
    );
    if (found !== undefined) return { tag: found[0], texts: found[1] };
  }
  return { tag: "en", texts: en };
}
