import { createTexts } from "../core/index.ts";

/** The texts of the trim editor. */
export const useTrimTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
