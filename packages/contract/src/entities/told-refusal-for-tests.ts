import type { z } from "zod";
import { Fault } from "../fault.ts";
import { validate } from "../validate.ts";

/** What a refused value is told: the field, and what is wrong with it. */
export function toldRefusal(
  schema: z.ZodType,
  value: unknown,
): [field: string | undefined, message: string] {
  try {
    validate(schema, value);
  } catch (error) {
    if (error instanceof Fault && error.code === "invalid_request") {
      return [error.field, error.message];
    }
    throw error;
  }
  throw new Error(`${JSON.stringify(value)} passed`);
}
