import { createTexts } from "../core/index.ts";

/** The texts of home, channels and search. */
export const useHomeTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
