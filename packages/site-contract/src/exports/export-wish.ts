import { z } from "zod";

const time = z.iso.datetime();
const bytes = z.int().min(0);
const percent = z.number().min(0).max(100);

/** asking: the media server was not reached as yet; retrying: it failed, and is tried again by itself. */
export const wishStates = [
  "asking",
  "queued",
  "running",
  "retrying",
  "ready",
  "failed",
  "aborted",
] as const;

/** What becomes of the file: offered to the streamer; what the video plays; a video of its own. */
export const publishWays = ["no", "replace", "clip"] as const;

/** A text for the pictures, as it is told back. */
export const WishSubtitle = z.object({
  language: z.string(),
  label: z.string(),
  burn: z.boolean(),
});

export const ExportOptions = z.object({
  /** copy: the recorded pictures, in seconds; transcode: encoded anew. */
  mode: z.enum(["copy", "transcode"]),
  cut: z.enum(["keyframe", "exact"]),
  gaps: z.enum(["skip", "fill"]),
  /** Names of qualities, a file each. */
  renditions: z.array(z.string()),
  /** Brought to −16 LUFS. */
  loudness: z.boolean(),
  subtitles: z.array(WishSubtitle),
  publish: z.enum(publishWays),
});
export type ExportOptions = z.infer<typeof ExportOptions>;

/** What there is instead of a file that could not be made. */
export const ExportFallback = z.object({
  /** The recording is what the video plays, or a clip of it was published. */
  recording: z.enum(["applied", "offered", "none"]),
  /** The page where the recording plays, once it is applied. */
  video: z.string().nullable(),
  /** Whether the whole may be asked for as a plain copy, untrimmed. */
  untrimmed: z.boolean(),
  /** The wish for that, once it was asked for. */
  untrimmedWish: z.string().nullable(),
  /** Whether the media is kept from retention until somebody decides. */
  kept: z.boolean(),
});

/** One attempt of the media server, and how it ended. */
export const ExportTry = z.object({
  at: time,
  code: z.string(),
  message: z.string(),
});

/** A file that somebody wished for, and what became of it. */
export const ExportWish = z.object({
  id: z.string().startsWith("wsh_"),
  video: z.object({ id: z.string(), title: z.string() }),
  channel: z.string(),
  title: z.string(),
  /** Null: the whole broadcast. */
  range: z.object({ from: time, to: time }).nullable(),
  options: ExportOptions,
  state: z.enum(wishStates),
  /** While it is made. `secondsLeft` is null while nobody knows. */
  progress: z.object({
    attempt: z.int().min(0),
    percent,
    bytes,
    secondsLeft: z.number().min(0).nullable(),
  }),
  /** When it is tried again by itself; null where it is not. */
  retryAt: time.nullable(),
  /** Somebody has asked for its end, which the media server has not told as yet. */
  stopping: z.boolean(),
  /** The file, once ready. */
  file: z
    .object({
      asset: z.string(),
      bytes,
      /** Seconds. */
      duration: z.number().min(0),
      files: z.array(z.object({ rendition: z.string(), bytes })),
      /** The page that shows it; null while it is not published. */
      video: z.string().nullable(),
    })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What went wrong so far, the oldest first. */
  tries: z.array(ExportTry),
  fallback: ExportFallback.nullable(),
  aborted: z.object({ by: z.string(), why: z.string().nullable(), percent }).nullable(),
  /** Null: the site itself, after a broadcast. */
  askedBy: z.string().nullable(),
  createdAt: time,
  endedAt: time.nullable(),
});
export type ExportWish = z.infer<typeof ExportWish>;

const language = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, { error: "give a language such as pt-BR" });

const subtitle = z.strictObject({
  language,
  label: z.string().trim().min(1).max(100).optional(),
  burn: z.boolean().default(false),
  /** WebVTT or SubRip; 0 is the first picture of the broadcast. */
  text: z.string().min(1).max(500_000),
});

/** Body of `exports.create`. */
export const ExportWishCreate = z
  .strictObject({
    video: z.string().min(1).max(80),
    title: z.string().trim().min(1).max(150).optional(),
    range: z.strictObject({ from: time, to: time }).nullable().default(null),
    mode: z.enum(["copy", "transcode"]).default("copy"),
    cut: z.enum(["keyframe", "exact"]).default("keyframe"),
    gaps: z.enum(["skip", "fill"]).default("skip"),
    renditions: z
      .array(z.string().regex(/^[a-z0-9-]{1,32}$/))
      .min(1)
      .max(8)
      .default(["source"]),
    loudness: z.boolean().default(false),
    subtitles: z.array(subtitle).max(4).default([]),
    publish: z.enum(publishWays).default("replace"),
  })
  .refine(({ range }) => range === null || Date.parse(range.to) > Date.parse(range.from), {
    error: "give an end after the beginning",
    path: ["range", "to"],
  });
export type ExportWishCreate = z.infer<typeof ExportWishCreate>;

/** What may be wished for of a video: qualities, and the stretch that the archive has. */
export const ExportChoices = z.object({
  video: z.object({ id: z.string(), title: z.string() }),
  from: time,
  to: time,
  /** Qualities that were recorded, the source first: copied as they are. */
  recorded: z.array(z.string()),
  /** Qualities that an encoder can make of the source. */
  encoded: z.array(z.string()),
  /** Bytes of the source in the stretch. */
  bytes,
  gaps: z.int().min(0),
});
export type ExportChoices = z.infer<typeof ExportChoices>;
