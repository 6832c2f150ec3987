import { createTexts } from "../core/index.ts";
import type { en } from "./texts-en.ts";

export type TrimTexts = typeof en;

/** The texts of the trim editor. */
export const useTrimTexts = createTexts(
  async () => (await import("./texts-en.ts")).en,
  async () => (await import("./texts-pt-br.ts")).ptBr,
);
