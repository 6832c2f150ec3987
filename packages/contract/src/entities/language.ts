import { z } from "zod";

const error = "give a language tag: en, pt-BR";

/** The language of a text. */
export const language = z
  .string()
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error, abort: true })
  .max(35)
  .refine(isLanguageTag, { error })
  .meta({ description: "BCP 47; und where it is not known" });

/** Whether the parts of a tag stand in their order: "pt-BR", but not "pt-12". */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch (cause) {
    if (cause instanceof RangeError) return false;
    throw cause;
  }
}
