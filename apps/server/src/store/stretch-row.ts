import { millis, type Track } from "@oxbow/media";
import type { Insertable, Selectable } from "kysely";
import { z } from "zod";
import type { StoredReason, StretchRow } from "../archive/index.ts";
import type { StretchesTable } from "./schema.ts";

/** Sets of tracks that are kept read: hours of one broadcast have the same. */
const KEPT = 256;

const REASONS: Readonly<Record<StoredReason, true>> = {
  start: true,
  reconnect: true,
  restart: true,
  config: true,
  timestamps: true,
  length: true,
  lost: true,
};

const record = z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const video = z.object({
  kind: z.literal("video"),
  codec: z.enum(["avc", "hevc", "av1", "vp9"]),
  record,
  codecString: z.string(),
  width: z.number(),
  height: z.number(),
  pixelAspect: z.tuple([z.number(), z.number()]),
  colour: z
    .object({
      primaries: z.number(),
      transfer: z.number(),
      matrix: z.number(),
      fullRange: z.boolean(),
    })
    .exactOptional(),
  rotation: z.literal([0, 90, 180, 270]).exactOptional(),
  frameRate: z.number().exactOptional(),
});
const audio = z.object({
  kind: z.literal("audio"),
  codec: z.enum(["aac", "opus", "mp3", "ac3", "flac"]),
  record,
  codecString: z.string(),
  sampleRate: z.number(),
  channels: z.number(),
  samplesPerFrame: z.number(),
});
const schema = z.array(
  z.object({
    id: z.number(),
    timescale: z.number(),
    language: z.string(),
    config: z.discriminatedUnion("kind", [video, audio]),
  }),
);

const kept = new Map<string, readonly Track[]>();

/** Tracks with their configuration, as JSON. */
function tracksText(tracks: readonly Track[]): string {
  return JSON.stringify(
    tracks.map((track) => ({
      ...track,
      config: { ...track.config, record: Buffer.from(track.config.record).toString("base64") },
    })),
  );
}

function tracksOf(text: string): readonly Track[] {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const tracks: readonly Track[] = schema.parse(JSON.parse(text));
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(text, tracks);
  return tracks;
}

function isReason(text: string): text is StoredReason {
  return Object.hasOwn(REASONS, text);
}

/** A row as the archive knows it. Throws where this version can't have written it. */
export function stretchOf(row: Selectable<StretchesTable>): StretchRow {
  if (!isReason(row.reason)) {
    throw new Error(`Stretch "${row.id}" begins for a reason that is unknown: "${row.reason}"`);
  }
  return {
    id: row.id,
    stream: row.stream_id,
    broadcast: row.broadcast_id,
    rendition: row.rendition,
    reason: row.reason,
    path: row.path,
    origin: millis(row.origin_ms),
    tracks: tracksOf(row.tracks),
    firstSegment: row.first_segment,
    segments: row.segments,
    from: millis(row.from_ms),
    to: millis(row.to_ms),
    bytes: row.bytes,
    open: row.open === 1,
    createdAt: millis(row.created_at),
    stretch: row.stretch_id,
    sequence: row.sequence,
    discontinuity: row.discontinuity,
  };
}

export function stretchColumns(row: StretchRow): Insertable<StretchesTable> {
  return {
    id: row.id,
    stream_id: row.stream,
    broadcast_id: row.broadcast,
    rendition: row.rendition,
    reason: row.reason,
    path: row.path,
    origin_ms: row.origin,
    tracks: tracksText(row.tracks),
    first_segment: row.firstSegment,
    segments: row.segments,
    from_ms: row.from,
    to_ms: row.to,
    bytes: row.bytes,
    open: row.open ? 1 : 0,
    created_at: row.createdAt,
    stretch_id: row.stretch,
    sequence: row.sequence,
    discontinuity: row.discontinuity,
  };
}
