import { createTexts } from "../core/index.ts";

/** The texts of the operator's pages. */
export const useOperatorTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
