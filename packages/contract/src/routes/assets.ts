import { z } from "zod";
import {
  Asset,
  AssetCreate,
  AssetUpdate,
  assetStates,
  CreatedAsset,
  exampleAsset,
  exampleCreatedAsset,
  exampleSubtitle,
  pageOf,
  pageQuery,
  Subtitle,
  SubtitleQuery,
  SubtitleReplaceQuery,
  streamRef,
} from "../entities/index.ts";
import { none, type Route } from "./route.ts";

const ofAsset = z.strictObject({ asset: z.string().min(1).max(80) });
const ofSubtitle = ofAsset.extend({ subtitle: z.string().min(1).max(80) });

/** The longest text in any script and encoding. */
const MAX_TEXT_BYTES = 4_000_000;

/** A text of ten hours. */
const Text = z
  .string()
  .max(1_000_000)
  .meta({ description: "WebVTT or SubRip; what it is shows from the text" });

export const assetRoutes = {
  "assets.list": {
    method: "GET",
    path: "/assets",
    scope: "read",
    params: none,
    query: z.strictObject({
      stream: streamRef.optional(),
      state: z.enum(assetStates).default("ready"),
      ...pageQuery,
    }),
    response: { status: 200, schema: pageOf(Asset) },
    errors: ["stream_unknown"],
    summary: "List the assets",
    description:
      "The newest first. Those that can be played, unless another state is asked for: nothing half-made is among them.",
    example: { response: { items: [exampleAsset], next: null } },
  },
  "assets.create": {
    method: "POST",
    path: "/assets",
    scope: "write",
    params: none,
    query: none,
    body: AssetCreate,
    response: { status: 201, schema: CreatedAsset },
    errors: ["storage_full", "limit_reached", "payload_too_large"],
    idempotent: true,
    summary: "Make an asset of files of one's own",
    description:
      "Answers where each file is to be sent: one PUT of the whole file, or resumable by tus 1.0. Whoever has such a URL may send that file, once, without a key. Several files are one title: further pictures are its renditions, further sounds its languages. A file may also be the body itself, with Content-Type video/mp4, video/quicktime or application/octet-stream, and `?name=` and `?title=`. When all is there it is probed; `asset_ready` tells when it can be played, and `state` and `error` tell why it can't.",
    example: {
      body: { title: "The dragon's tale", upload: { name: "tale.mov", bytes: 197_400_000 } },
      response: exampleCreatedAsset,
    },
  },
  "assets.get": {
    method: "GET",
    path: "/assets/{asset}",
    scope: "read",
    params: ofAsset,
    query: none,
    response: { status: 200, schema: Asset },
    errors: ["asset_unknown"],
    summary: "Show an asset",
    description: "Its files, and where it can be played.",
    example: { response: exampleAsset },
  },
  "assets.update": {
    method: "PATCH",
    path: "/assets/{asset}",
    scope: "write",
    params: ofAsset,
    query: none,
    body: AssetUpdate,
    response: { status: 200, schema: Asset },
    errors: ["asset_unknown"],
    summary: "Change an asset's title, metadata or playback policy",
    description: "The media never changes.",
    example: { body: { title: "The dragon's tale" }, response: exampleAsset },
  },
  "assets.delete": {
    method: "DELETE",
    path: "/assets/{asset}",
    scope: "write",
    params: ofAsset,
    query: none,
    response: { status: 204 },
    errors: ["asset_unknown", "asset_in_use"],
    summary: "Delete an asset and its files",
    description: "For ever. The archive that it was made from stays.",
    example: {},
  },
  "subtitles.list": {
    method: "GET",
    path: "/assets/{asset}/subtitles",
    scope: "read",
    params: ofAsset,
    query: z.strictObject(pageQuery),
    response: { status: 200, schema: pageOf(Subtitle) },
    errors: ["asset_unknown"],
    summary: "List an asset's subtitles",
    description: "In the order in which they were added.",
    example: { response: { items: [exampleSubtitle], next: null } },
  },
  "subtitles.create": {
    method: "POST",
    path: "/assets/{asset}/subtitles",
    scope: "write",
    params: ofAsset,
    query: SubtitleQuery,
    body: Text,
    bodyType: "text/vtt",
    maxBody: MAX_TEXT_BYTES,
    response: { status: 201, schema: Subtitle },
    errors: ["asset_unknown", "media_unreadable", "limit_reached", "storage_full"],
    idempotent: true,
    summary: "Add subtitles to an asset",
    description:
      "The body is the text itself: WebVTT, or SubRip, which is turned into WebVTT; in UTF-8, UTF-16 or the encoding that was usual for its language. One of the same language, kind and forced is replaced.",
    example: {
      body: "WEBVTT\n\n00:00.000 --> 00:02.000\nEra uma vez\n",
      response: exampleSubtitle,
    },
  },
  "subtitles.replace": {
    method: "PUT",
    path: "/assets/{asset}/subtitles/{subtitle}",
    scope: "write",
    params: ofSubtitle,
    query: SubtitleReplaceQuery,
    body: Text,
    bodyType: "text/vtt",
    maxBody: MAX_TEXT_BYTES,
    response: { status: 200, schema: Subtitle },
    errors: ["asset_unknown", "subtitle_unknown", "media_unreadable", "conflict", "storage_full"],
    summary: "Replace subtitles of an asset",
    description:
      "The body is the new text; the id stays, and so does what the query does not tell. The URL of the text changes, so that no cache shows the old one.",
    example: {
      body: "WEBVTT\n\n00:00.000 --> 00:02.000\nEra uma vez\n",
      response: exampleSubtitle,
    },
  },
  "subtitles.delete": {
    method: "DELETE",
    path: "/assets/{asset}/subtitles/{subtitle}",
    scope: "write",
    params: ofSubtitle,
    query: none,
    response: { status: 204 },
    errors: ["asset_unknown", "subtitle_unknown"],
    summary: "Remove subtitles from an asset",
    description: "The media stays as it is.",
    example: {},
  },
} as const satisfies Record<string, Route>;
