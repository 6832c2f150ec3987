import { z } from "zod";
import {
  exampleMarker,
  Marker,
  MarkerCreate,
  pageOf,
  pageQuery,
  streamRef,
} from "../entities/index.ts";
import { none, type Route } from "./route.ts";

const ofStream = z.strictObject({ stream: streamRef });
const ofMarker = z.strictObject({ marker: z.string().min(1).max(80) });

export const markerRoutes = {
  "markers.list": {
    method: "GET",
    path: "/streams/{stream}/markers",
    scope: "read",
    params: ofStream,
    query: z.strictObject(pageQuery),
    response: { status: 200, schema: pageOf(Marker) },
    errors: ["stream_unknown"],
    summary: "List a stream's markers",
    description: "Of all its broadcasts, in the order in which they were made.",
    example: { response: { items: [exampleMarker], next: null } },
  },
  "markers.create": {
    method: "POST",
    path: "/streams/{stream}/markers",
    scope: "write",
    params: ofStream,
    query: none,
    body: MarkerCreate,
    response: { status: 201, schema: Marker },
    errors: ["stream_unknown", "conflict"],
    idempotent: true,
    summary: "Mark a moment",
    description:
      "Now, or a time within a broadcast. Playlists tell it as a date range (EXT-X-DATERANGE) of the class `oxbow.marker`. What a marker says never changes: remove it and make another.",
    example: {
      body: { at: "2026-03-01T20:14:07.000Z", label: "Kick-off" },
      response: exampleMarker,
    },
  },
  "markers.delete": {
    method: "DELETE",
    path: "/markers/{marker}",
    scope: "write",
    params: ofMarker,
    query: none,
    response: { status: 204 },
    errors: ["marker_unknown"],
    summary: "Remove a marker",
    description: "Players that show it are told.",
    example: {},
  },
} as const satisfies Record<string, Route>;
