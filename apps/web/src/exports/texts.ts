import { createTexts } from "../core/index.ts";

/** The texts of the pages about files. */
export const useExportTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
