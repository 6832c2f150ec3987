import { createTexts } from "../core/index.ts";

/** The texts of the accounts. */
export const useAccountTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
