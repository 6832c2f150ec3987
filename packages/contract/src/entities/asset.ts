import { z } from "zod";
import { metadata, toldMetadata } from "./export.ts";
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

/** An immutable VOD title. */
export const Asset = z
  .object({
    id: z.string().startsWith("ast_"),
    title: z.string().nullable(),
    duration: z.number().min(0).meta({ description: "Seconds" }),
    bytes,
    sha256,
    files: z.array(AssetFile),
    playback: z.object({
      hls: z.url(),
      dash: z.url().nullable().meta({ description: "null where not offered" }),
      mp4: z.url(),
      poster: z.url().nullable().meta({ description: "null where not offered" }),
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

/** Body of `PATCH /assets/{asset}`. `metadata` replaces what was there. */
export const AssetUpdate = z
  .strictObject({ title: z.string().max(300).nullable(), metadata })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: "give title, metadata or both" });

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
  playback: {
    hls: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/index.m3u8",
    dash: null,
    mp4: "http://media.test:8080/vod/ast_01k9z0f1f2f3f4f5f6f7f8f9f0/source.mp4",
    poster: null,
    embed: "http://media.test:8080/embed/ast_01k9z0f1f2f3f4f5f6f7f8f9f0",
  },
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  broadcast: "brd_01k9z0b3c5d7e9f1g3h5j7k9m1",
  export: "exp_01k9z0e1e2e3e4e5e6e7e8e9e0",
  metadata: { episode: 12 },
  createdAt: "2026-03-01T22:00:02.000Z",
} satisfies Asset;
