import { z } from "zod";
import { time } from "./time.ts";

/** Where media is missing. */
export const Gap = z
  .object({
    from: time,
    to: time,
    reason: z.string().meta({
      description: "reconnect, restart, timestamps, disk_full, evicted, not_transcoded …",
    }),
  })
  .meta({ description: "A span of time without media" });

export type Gap = z.infer<typeof Gap>;
