import { z } from "zod";
import {
  Export,
  ExportAbort,
  ExportCreate,
  exampleExport,
  exportStates,
  pageOf,
  pageQuery,
  streamRef,
} from "../entities/index.ts";
import { none, type Route } from "./route.ts";

/** Texts of subtitles and an image, in JSON. */
const MAX_BODY = 8 * 1_048_576;

const ofExport = z.strictObject({ export: z.string().min(1).max(80) });

export const exportRoutes = {
  "exports.list": {
    method: "GET",
    path: "/exports",
    scope: "read",
    params: none,
    query: z.strictObject({
      stream: streamRef.optional(),
      state: z.enum(exportStates).optional(),
      ...pageQuery,
    }),
    response: { status: 200, schema: pageOf(Export) },
    errors: ["stream_unknown"],
    summary: "List the exports",
    description: "The newest first, those of one stream or in one state where asked.",
    example: { response: { items: [exampleExport], next: null } },
  },
  "exports.create": {
    method: "POST",
    path: "/exports",
    scope: "write",
    params: none,
    query: none,
    body: ExportCreate,
    maxBody: MAX_BODY,
    response: { status: 202, schema: Export },
    errors: [
      "stream_unknown",
      "broadcast_unknown",
      "range_invalid",
      "range_too_short",
      "range_without_media",
      "range_evicted",
      "range_in_future",
      "range_has_gap",
      "range_changes_codec",
      "export_mode_unsupported",
      "rendition_unknown",
      "storage_full",
      "limit_reached",
    ],
    idempotent: true,
    summary: "Export a range to MP4",
    description:
      "A durable job: its events tell what becomes of it, exactly one of ready, failed and aborted at the end. The range is pinned until then. It may still be on air: the export waits for it. A body has at most 8 MiB, texts of subtitles and the image included.",
    example: {
      body: {
        stream: "story",
        from: "2026-03-01T20:05:00.000Z",
        to: "2026-03-01T20:15:00.000Z",
        title: "The dragon's tale",
        metadata: { episode: 12 },
      },
      response: exampleExport,
    },
  },
  "exports.get": {
    method: "GET",
    path: "/exports/{export}",
    scope: "read",
    params: ofExport,
    query: none,
    response: { status: 200, schema: Export },
    errors: ["export_unknown"],
    summary: "Show an export",
    description: "State, percent, bytes, seconds left, attempt, and the asset or the error.",
    example: { response: exampleExport },
  },
  "exports.abort": {
    method: "POST",
    path: "/exports/{export}/abort",
    scope: "write",
    params: ofExport,
    query: none,
    body: ExportAbort,
    response: { status: 200, schema: Export },
    errors: ["export_unknown", "export_finished"],
    summary: "Abort an export",
    description: "What was written is removed.",
    example: { body: { reason: "Wrong range" }, response: { ...exampleExport, state: "aborted" } },
  },
  "exports.retry": {
    method: "POST",
    path: "/exports/{export}/retry",
    scope: "write",
    params: ofExport,
    query: none,
    response: { status: 202, schema: Export },
    errors: [
      "export_unknown",
      "export_unfinished",
      "export_finished",
      "storage_full",
      "limit_reached",
    ],
    idempotent: true,
    summary: "Try a failed or aborted export again",
    description: "Makes a new export with the same request; `retryOf` says of which.",
    example: { response: { ...exampleExport, retryOf: "exp_01k9z0e0e0e0e0e0e0e0e0e0e0" } },
  },
} as const satisfies Record<string, Route>;
