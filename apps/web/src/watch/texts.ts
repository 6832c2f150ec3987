import { createTexts } from "../core/index.ts";

/** The texts of the watch page. */
export const useWatchTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
