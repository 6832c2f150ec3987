import { z } from "zod";
import { instant, time } from "./time.ts";

const label = z.string().min(1).max(200);
const duration = z.number().min(0).max(86_400);

/** A moment of a broadcast that somebody named: players show it, exports make chapters of it. */
export const Marker = z
  .object({
    id: z.string().startsWith("mrk_"),
    stream: z.string().startsWith("str_"),
    broadcast: z.string().startsWith("brd_"),
    at: time,
    label,
    duration: duration.nullable().meta({ description: "Seconds; null for a moment" }),
    createdAt: time,
  })
  .meta({ description: "A moment of a broadcast that has a name" });

export type Marker = z.infer<typeof Marker>;

export const MarkerCreate = z.strictObject({
  at: instant.optional().meta({ description: "Now unless told; within a broadcast" }),
  label,
  duration: duration.nullable().default(null),
});

export type MarkerCreate = z.infer<typeof MarkerCreate>;

export const exampleMarker = {
  id: "mrk_01k9z0m1m2m3m4m5m6m7m8m9m0",
  stream: "str_01k9z0a2s4q7v8w1x3y5z6a7b8",
  broadcast: "brd_01k9z0b2b3b4b5b6b7b8b9b0b1",
  at: "2026-03-01T20:14:07.000Z",
  label: "Kick-off",
  duration: null,
  createdAt: "2026-03-01T20:14:09.250Z",
} satisfies Marker;
