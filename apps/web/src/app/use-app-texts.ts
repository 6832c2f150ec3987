import { createTexts } from "../core/index.ts";

export const useAppTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
