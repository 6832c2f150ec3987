import { z } from "zod";
import type { Told } from "../told.ts";
import { boundedList } from "./bounded-list.ts";

/** Ladders that the server knows by name; what is in them depends on the source. */
export const ladderPresets = ["source", "mobile", "standard", "full"] as const;

/** Qualities of a ladder besides the source. */
const MOST = 6;
const HEIGHT = { least: 90, most: 4320 } as const;
const FPS = { least: 1, most: 120 } as const;

/** Names that playlists and files have already. */
const RESERVED: ReadonlySet<string> = new Set(["source", "audio", "aac", "index"]);

const height = z
  .int()
  .min(HEIGHT.least)
  .max(HEIGHT.most)
  .multipleOf(2, { error: "must be even" })
  .meta({ description: "Pixels; the width follows the source's shape" });

const fps = z
  .number()
  .min(FPS.least)
  .max(FPS.most)
  .meta({ description: "Pictures a second at the most; as many as the source has unless told" });

const bitrate = z
  .int()
  .min(50_000)
  .max(100_000_000)
  .meta({ description: "Bits a second of the pictures; by height and rate unless told" });

const NAMED = 'give "source", a name like "720p" or "720p60", or { "height": 720 }';

const HEIGHT_NAME = /^([1-9]\d{1,3})p([1-9]\d{0,2})?$/;

/** `720p`, `720p60`. */
const heightName = z
  .string()
  .regex(HEIGHT_NAME, { error: NAMED })
  .refine((name) => readHeightName(name) !== undefined, { error: NAMED })
  .meta({ description: "Height and, where they are limited, pictures a second: 720p, 720p30" });

/** What a quality may be called. */
export const renditionName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
    error: "give 1 to 32 of a-z 0-9 - that begin with a letter or digit",
  })
  .meta({ description: "source, 720p, or a quality's own name" });

/** A quality by its figures. Nothing is upscaled: what the source has less of, it keeps. */
export const RenditionWish = z
  .strictObject({
    name: renditionName
      .refine((name) => !RESERVED.has(name), {
        error: `must not be one of ${[...RESERVED].join(", ")}`,
      })
      .optional()
      .meta({ description: "Part of its URLs; 720p or 720p60 by its figures unless told" }),
    height,
    fps: fps.optional(),
    bitrate: bitrate.optional(),
    codec: z.literal("h264").optional(),
  })
  .meta({ description: "A quality to make" });

export type RenditionWish = z.infer<typeof RenditionWish>;

const SourceWish = z
  .strictObject({ name: z.literal("source"), codec: z.literal("copy") })
  .meta({ description: "The encoder's own quality, as it comes" });

const rung = z.union([z.literal("source"), heightName, SourceWish, RenditionWish], {
  error: NAMED,
});

type Rung = z.infer<typeof rung>;

/** The qualities of a stream, as they were asked for. */
export const Ladder = z
  .union(
    [
      z.enum(ladderPresets),
      boundedList(rung, MOST + 1).superRefine((rungs, check) => {
        for (const { at, message } of mistakesOf(rungs)) {
          check.addIssue({ code: "custom", path: [at], message, input: rungs[at] });
        }
      }),
    ],
    {
      error: `give one of ${ladderPresets.map((name) => `"${name}"`).join(", ")}, or a list of 1 to ${MOST} qualities`,
    },
  )
  .meta({
    description:
      "The qualities to offer: a preset, or names and figures. The source is always among them",
  });

export type Ladder = Told<z.infer<typeof Ladder>>;

/** Whether a ladder asks for anything besides the source. */
export function hasRenditions(ladder: Ladder): boolean {
  if (typeof ladder === "string") return ladder !== "source";
  return ladder.some((each) => (typeof each === "string" ? each !== "source" : "height" in each));
}

/** A quality that is to be made, with what was told of it; null: as the server sees fit. */
export type WishedRendition = {
  readonly name: string;
  readonly height: number;
  readonly fps: number | null;
  readonly bitrate: number | null;
};

/** Reads a name or figures of a quality; undefined for the source, and for a name that tells no height. */
export function wishedRendition(
  wish: string | Readonly<RenditionWish> | { readonly name: "source" },
): WishedRendition | undefined {
  if (typeof wish === "string") return readHeightName(wish);
  if (!("height" in wish)) return undefined;
  const { height: lines, fps: rate = null, bitrate: bits = null } = wish;
  const name = wish.name ?? `${lines}p${rate === null ? "" : Math.round(rate)}`;
  return { name, height: lines, fps: rate, bitrate: bits };
}

function readHeightName(name: string): WishedRendition | undefined {
  const [, lines, rate] = HEIGHT_NAME.exec(name) ?? [];
  if (lines === undefined || !height.safeParse(Number(lines)).success) return undefined;
  const limit = rate === undefined ? null : Number(rate);
  if (limit !== null && !fps.safeParse(limit).success) return undefined;
  return { name, height: Number(lines), fps: limit, bitrate: null };
}

type Mistake = { readonly at: number; readonly message: string };

function mistakesOf(rungs: readonly Rung[]): Mistake[] {
  const names = rungs.map((each) => wishedRendition(each)?.name ?? "source");
  const made = names.flatMap((name, at) => (name === "source" ? [] : [at]));
  const [beyond] = made.slice(MOST);
  return [
    ...repeatedName(names),
    ...(beyond === undefined
      ? []
      : [{ at: beyond, message: `is one too many: give at most ${MOST} besides the source` }]),
  ];
}

/** The first place where a name stands that stood before, if there is one. */
export function repeatedName(names: readonly string[]): Mistake[] {
  const seen = new Set<string>();
  for (const [at, name] of names.entries()) {
    if (seen.has(name)) return [{ at, message: `is a second "${name}": name each once` }];
    seen.add(name);
  }
  return [];
}
