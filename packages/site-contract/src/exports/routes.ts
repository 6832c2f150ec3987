import { z } from "zod";
import type { RoutesOf } from "../route.ts";
import { ExportChoices, ExportWish, ExportWishCreate } from "./export-wish.ts";
import type { exportPaths } from "./paths.ts";

const wish = { access: "streamer", response: ExportWish } as const;

export const exportRoutes = {
  /** The newest first: of a video, of a channel, or (operators) of all. */
  "exports.list": {
    access: "streamer",
    query: z.strictObject({
      video: z.string().max(80).optional(),
      channel: z.string().max(80).optional(),
      /** needed: failed ones that nobody has decided about. */
      state: z.enum(["unfinished", "ready", "failed", "aborted", "needed"]).optional(),
      limit: z.coerce.number<string | number>().int().min(1).max(100).default(20),
      cursor: z.string().max(200).optional(),
    }),
    response: z.object({ items: z.array(ExportWish), next: z.string().nullable() }),
  },
  /** Texts of subtitles stand in the body. */
  "exports.create": {
    access: "streamer",
    body: ExportWishCreate,
    response: ExportWish,
    perMinute: 30,
  },
  "exports.get": wish,
  "exports.abort": {
    ...wish,
    body: z.strictObject({ why: z.string().trim().max(200).default("") }),
  },
  /** A failed or aborted one once more. */
  "exports.retry": { ...wish, perMinute: 30 },
  /** A ready file becomes what its video plays, or a video of its own. */
  "exports.publish": {
    ...wish,
    body: z.strictObject({ as: z.enum(["replace", "clip"]) }),
  },
  /** The recording is published in the place of a file that could not be made. */
  "exports.recording": wish,
  /** Asks for a plain copy of the whole broadcast; answers the new wish. */
  "exports.untrimmed": wish,
  /** Nobody wants this file any more: its media is kept no longer than retention says. */
  "exports.dismiss": wish,
  /** Where the file itself is, for a while. */
  "exports.download": {
    access: "streamer",
    query: z.strictObject({ rendition: z.string().max(32).optional() }),
    response: z.object({ url: z.string(), expiresAt: z.iso.datetime().nullable() }),
  },
  "exports.choices": {
    access: "streamer",
    query: z.strictObject({ from: z.iso.datetime().optional(), to: z.iso.datetime().optional() }),
    response: ExportChoices,
  },
} as const satisfies RoutesOf<typeof exportPaths>;
