import { z } from "zod";

/** The language of a text. */
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "give a language tag: en, pt-BR" })
  .max(35)
  .meta({ description: "BCP 47; und where it is not known" });
