import { createTexts } from "../core/index.ts";

/** The texts of the chat. */
export const useChatTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
