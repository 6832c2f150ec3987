import { z } from "zod";

const limit = (most: number, usual: number) =>
  z.coerce
    .number<string | number>({ error: `give a whole number from 1 to ${most}` })
    .int({ error: `give a whole number from 1 to ${most}` })
    .min(1, { error: `give a whole number from 1 to ${most}` })
    .max(most, { error: `give a whole number from 1 to ${most}` })
    .default(usual)
    .meta({ description: `How many items at most, 1 to ${most}` });

/** The largest page of the event log, and of every other list. */
const longestPage = { events: 1000, others: 200 } as const;

/** `?limit=&cursor=` of every list but the event log. */
export const pageQuery = {
  limit: limit(longestPage.others, 50),
  cursor: z.string().min(1).max(200).optional().meta({
    description: "`next` of the page before; absent for the first page",
  }),
};

/** `?limit=` of the event log, which is paged by `after`. */
export const eventLimit = limit(longestPage.events, 100);

/** A page of a list. `next` is the cursor of the page after it, null on the last. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: "Where the next page begins; null: no more" }),
  });

/** A query value that may be repeated with commas: `?types=asset_ready,asset_deleted`. */
export const commaList = <T extends z.ZodType>(item: T) =>
  z.preprocess(
    (value: string | readonly z.input<T>[]) =>
      typeof value === "string" ? value.split(",").filter((part) => part !== "") : value,
    z.array(item).max(100),
  );
