import { z } from "zod";
import { metadata, toldMetadata } from "./export.ts";
import { language } from "./language.ts";
import { time } from "./time.ts";
import { exampleTracks, Track } from "./track.ts";

const bytes = z.int().min(0);
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable()
  .meta({ description: "Hex; null where no checksum was asked for" });

export const AssetFile = z
  .object({
    rendition: z.string().meta({ description: "source, or the quality's name" }),
    url: z.url(),
    bytes,
    sha256,
    tracks: z.array(Track).optional(),
  })
  .meta({ description: "One MP4 file of an asset" });

export const assetStates = ["uploading", "probing", "ready", "failed"] as const;

/** Why an uploaded asset can't be played: everything that stands in the way, not the first of it. */
const AssetError = z
  .object({
    code: z.string().meta({ description: "A code of the error registry" }),
    message: z.string(),
    problems: z.array(
      z.object({
        what: z.string(),
        rendition: z.string().nullable().meta({ description: "The file; null for all" }),
        track: z.int().nullable().meta({ description: "The track's id in the file" }),
        advice: z.string().meta({ description: "What to do" }),
      }),
    ),
  })
  .meta({ description: "Why the asset can't be played" });

const label = z.string().min(1).max(100).optional();
const kind = z.enum(["subtitles", "captions"]);

/** Text over the pictures of an asset, or beside them. */
export const Subtitle = z
  .object({
    id: z.string().startsWith("sub_"),
    language: z.string().meta({ description: "BCP 47" }),
    label: z.string(),
    kind,
    default: z.boolean(),
    forced: z.boolean(),
    url: z.url().meta({ description: "WebVTT" }),
    bytes,
  })
  .meta({ description: "A WebVTT text of an asset" });

export type Subtitle = z.infer<typeof Subtitle>;

/** Query of `POST /assets/{asset}/subtitles`, whose body is the text. */
export const SubtitleQuery = z.strictObject({
  language: language.default("und"),
  label,
  kind: kind.default("subtitles"),
  default: z.stringbool().default(false),
  forced: z.stringbool().default(false),
});

/** Query of `PUT /assets/{asset}/subtitles/{subtitle}`: what is absent stays. */
export const SubtitleReplaceQuery = z.strictObject({
  language: language.optional(),
  label,
  kind: kind.optional(),
  default: z.stringbool().optional(),
  forced: z.stringbool().optional(),
});

const PlaybackInput = z.strictObject({ policy: z.enum(["public", "signed"]) });

const UploadWish = z.strictObject({
  name: z.string().min(1).max(300).meta({ description: "The file's name" }),
  bytes: z.int().min(1).meta({ description: "The file's exact size" }),
});

const title = z.string().max(300).nullable();

/** Body of `POST /assets`: one file, or several that are one title. */
export const AssetCreate = z
  .strictObject({
    title: title.optional(),
    metadata: metadata.optional(),
    playback: PlaybackInput.optional(),
    upload: UploadWish.optional(),
    uploads: z
      .array(
        UploadWish.extend({
          rendition: z
            .string()
            .regex(/^[a-z0-9-]{1,32}$/, { error: "give 1 to 32 of a-z 0-9 -" })
            .optional(),
        }),
      )
      .min(1)
      .max(16)
      .optional(),
  })
  .refine(({ upload, uploads }) => (upload === undefined) !== (uploads === undefined), {
    error: "give upload or uploads",
  });

/** Where the bytes of a file go: PUT the whole of it, or tus 1.0. */
const Upload = z
  .object({
    rendition: z.string(),
    url: z.url().meta({ description: "A secret: whoever has it may send this file, once" }),
    bytes,
    expiresAt: time,
  })
  .meta({ description: "Where a file is to be sent: PUT, or tus 1.0 (HEAD, PATCH, DELETE)" });

/** An immutable VOD title. */
export const Asset = z
  .object({
    id: z.string().startsWith("ast_"),
    title: z.string().nullable(),
    duration: z.number().min(0).meta({ description: "Seconds" }),
    bytes,
    sha256,
    files: z.array(AssetFile),
    state: z.enum(assetStates).optional().meta({
      description: "It is played when it is ready; its playback URLs are known before",
    }),
    error: AssetError.nullable().optional(),
    subtitles: z.array(Subtitle).optional(),
    playback: z.object({
      policy: z.enum(["public", "signed"]).optional(),
      hls: z.url(),
      dash: z.url().nullable().meta({ description: "null where not offered" }),
      mp4: z.url(),
      poster: z.url().nullable().meta({ description: "null where there is no picture" }),
      embed: z.url(),
    }),
    stream: z.string().nullable().optional(),
    broadcast: z.string().nullable().optional(),
    export: z.string().nullable().optional(),
    metadata: toldMetadata.optional(),
    createdAt: time.optional(),
  })
  .meta({ description: "An immutable VOD title: one or more MP4 files, with playback points" });

export type Asset = z.infer<typeof Asset>;

/** What `POST /assets` answers. */
export const CreatedAsset = Asset.extend({
  upload: Upload.optional().meta({ description: "Of the first file" }),
  uploads: z.array(Upload).optional(),
}).meta({ description: "An asset, and where its files are to be sent" });

/** Body of `PATCH /assets/{asset}`. `metadata` replaces what was there. */
export const AssetUpdate = z
  .strictObject({ title, metadata, playback: PlaybackInput })
  .partial()
  .refine((change) => Object.keys(change).length > 0, {
    error: "give title, metadata or playback",
  });

export type AssetUpdate = z.infer<typeof AssetUpdate>;

export const exampleAsset = {
  id: "ast_01k9z0f1f2f3f4f5f6f7f8f9f0",
  title: "The dragon's tale",
  duration: 594.6,
  bytes: 197_400_000,
  sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  files: [
    {
      rendition: "source",
      url: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
      bytes: 197_400_000,
      sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      tracks: exampleTracks,
    },
  ],
  state: "ready",
  error: null,
  subtitles: [],
  playback: {
    policy: "public",
    hls: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/index.m3u8",
    dash: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/manifest.mpd",
    mp4: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
    poster: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/poster.jpg",
    embed: "http://media.test:8080/embed/ast_01k9z0f1f2f3f4f5f6f7f8f9f0",
  },
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
  export: "exp_01k9z0e1e2e3e4e5e6e7e8e9e0",
  metadata: { episode: 12 },
  createdAt: "2026-03-01T22:00:02.000Z",
} satisfies Asset;

export const exampleSubtitle = {
  id: "sub_01k9z0s1s2s3s4s5s6s7s8s9s0",
  language: "pt-BR",
  label: "Português (Brasil)",
  kind: "subtitles",
  default: true,
  forced: false,
  url: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/subtitles/sub_01k9z0s1s2s3s4s5s6s7s8s9s0.vtt",
  bytes: 4_120,
} satisfies Subtitle;

const exampleUpload = {
  rendition: "source",
  url: "http://media.test:8080/uploads/0b9d0a6f9a1b4f1f8d2b6b7c",
  bytes: 197_400_000,
  expiresAt: "2026-03-02T22:00:02.000Z",
};

export const exampleCreatedAsset = {
  ...exampleAsset,
  duration: 0,
  bytes: 0,
  sha256: null,
  files: [],
  state: "uploading",
  stream: null,
  broadcast: null,
  export: null,
  upload: exampleUpload,
  uploads: [exampleUpload],
} satisfies z.infer<typeof CreatedAsset>;
