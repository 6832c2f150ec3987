import { en } from "./texts-en.ts";
import { ptBr } from "./texts-pt-br.ts";

/** The texts of the first of these languages that there is, and its name. */
export function pickTexts(languages: readonly string[]): {
  readonly tag: "en" | "pt-BR";
  readonly texts: typeof en;
} {
  for (const language of languages) {
    if (/^pt\b/i.test(language)) return { tag: "pt-BR", texts: ptBr };
    if (/^en\b/i.test(language)) return { tag: "en", texts: en };
  }
  return { tag: "en", texts: en };
}
