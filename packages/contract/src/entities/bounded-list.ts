import { z } from "zod";

/**
 * A list of 1 to `most` items. Those beyond are not looked at: each item that is wrong costs a refusal,
 * and a body has room for hundreds of thousands.
 */
export const boundedList = <T extends z.ZodType>(item: T, most: number) =>
  z.preprocess(
    (value: readonly z.input<T>[]) => (Array.isArray(value) ? value.slice(0, most + 1) : value),
    z
      .array(item)
      .min(1, { error: "give at least one" })
      .max(most, { error: `give at most ${most}` }),
  );
