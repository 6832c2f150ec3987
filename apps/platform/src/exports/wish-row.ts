import type { Insertable, Selectable } from "kysely";
import { z } from "zod";
import type { Schema, Store } from "../store/index.ts";
import type { LadderWish } from "./ladder.ts";
import { isEnded, type WishLife } from "./wish-life.ts";

export type WishRow = Selectable<Schema["export_wishes"]>;
export type NewWishRow = Insertable<Schema["export_wishes"]>;

/** A reader of the database: the store's, or a transaction. */
export type Db = Store["db"];

const Stretch = z.object({ from: z.number(), to: z.number() });

const Life: z.ZodType<WishLife> = z.object({
  state: z.enum(["asking", "queued", "running", "retrying", "ready", "failed", "aborted"]),
  export: z.string().nullable(),
  progress: z.object({
    attempt: z.number(),
    percent: z.number(),
    bytes: z.number(),
    secondsLeft: z.number().nullable(),
  }),
  sent: z.boolean(),
  asked: z.number(),
  retries: z.number(),
  retryAt: z.number().nullable(),
  stop: z.object({ by: z.string(), why: z.string().nullable() }).nullable(),
  file: z
    .object({
      asset: z.string(),
      bytes: z.number(),
      duration: z.number(),
      files: z.array(z.object({ rendition: z.string(), bytes: z.number() })),
      cut: Stretch.extend({
        gaps: z.array(Stretch.extend({ at: z.number(), filled: z.boolean() })),
      }),
      video: z.string().nullable(),
    })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tries: z.array(z.object({ at: z.number(), code: z.string(), message: z.string() })),
  fallback: z
    .object({
      recording: z.enum(["applied", "offered", "none"]),
      video: z.string().nullable(),
      untrimmed: z.boolean(),
      untrimmedWish: z.string().nullable(),
    })
    .nullable(),
  aborted: z.object({ by: z.string(), why: z.string().nullable(), percent: z.number() }).nullable(),
});

/** What is wished for, with the texts themselves. */
export const WishOptions = z.object({
  mode: z.enum(["copy", "transcode"]),
  cut: z.enum(["keyframe", "exact"]),
  gaps: z.enum(["skip", "fill"]),
  renditions: z.array(z.string()),
  loudness: z.boolean(),
  subtitles: z.array(
    z.object({ language: z.string(), label: z.string(), burn: z.boolean(), text: z.string() }),
  ),
  publish: z.enum(["no", "replace", "clip"]),
});
export type WishOptions = z.infer<typeof WishOptions>;

export const lifeOf = (row: Pick<WishRow, "life">): WishLife => Life.parse(JSON.parse(row.life));
export const optionsOf = (row: Pick<WishRow, "options">): WishOptions =>
  WishOptions.parse(JSON.parse(row.options));

/** What the ladder has to know. */
export function ladderWishOf(row: Pick<WishRow, "options" | "from_at">): LadderWish {
  const { mode, cut, gaps, publish, renditions, subtitles } = optionsOf(row);
  const isCopy = mode === "copy" && cut === "keyframe" && gaps === "skip";
  const isSimple = subtitles.length === 0 && renditions.join() === "source";
  return { publish, plain: row.from_at === null && isCopy && isSimple };
}

/** The columns that follow from a life. */
export function columnsOf(life: WishLife, now: number) {
  return {
    state: life.state,
    export: life.export,
    life: JSON.stringify(life),
    needed: life.state === "failed" ? 1 : 0,
    heard_at: now,
    ended_at: isEnded(life) ? now : null,
  };
}

export function wishOf(db: Db, id: string): Promise<WishRow | undefined> {
  return db.selectFrom("export_wishes").selectAll().where("id", "=", id).executeTakeFirst();
}

export function wishOfExport(db: Db, id: string): Promise<WishRow | undefined> {
  return db.selectFrom("export_wishes").selectAll().where("export", "=", id).executeTakeFirst();
}

export const unfinished = ["asking", "queued", "running", "retrying"] as const;

/** Whether a file is being made, so that events of the media server are to be expected. */
export async function isExportUnfinished(db: Db): Promise<boolean> {
  const found = await db
    .selectFrom("export_wishes")
    .select("id")
    .where("state", "in", ["queued", "running"])
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
