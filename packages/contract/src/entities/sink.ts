import { z } from "zod";
import { eventType } from "../events/catalogue.ts";
import { instant, time } from "./time.ts";

const url = z.url({ protocol: /^https?$/, error: "give an absolute http or https URL" }).max(2000);
const types = z.array(eventType).max(100).meta({ description: "Event types to send; empty: all" });
const streams = z
  .array(z.string().min(1).max(80))
  .max(1000)
  .meta({ description: "Ids of the streams to send events of; empty: all" });
const rate = z.number().positive().max(10_000).nullable().meta({
  description: "Deliveries a second at most; null: no limit",
});
const batch = z.int().min(1).max(100).meta({
  description: "Events in one POST at most. 1: each alone; more: a JSON array",
});

/** Where events go. */
export const Sink = z
  .object({
    id: z.string().startsWith("snk_"),
    url: z.url(),
    types,
    streams,
    enabled: z.boolean(),
    rate: rate.optional(),
    batch: batch.optional(),
    secret: z.string().optional().meta({ description: "Told at creation and at rotation only" }),
    disabledReason: z.string().nullable().optional(),
    createdAt: time.optional(),
  })
  .meta({ description: "Where events go: a URL that takes signed webhooks" });

export type Sink = z.infer<typeof Sink>;

/** Body of `POST /sinks`. */
export const SinkCreate = z.strictObject({
  url,
  types: types.default([]),
  streams: streams.default([]),
  enabled: z.boolean().default(true),
  rate: rate.default(null),
  batch: batch.default(1),
});

export type SinkCreate = z.infer<typeof SinkCreate>;

/** Body of `PATCH /sinks/{sink}`. */
export const SinkUpdate = z
  .strictObject({ url, types, streams, enabled: z.boolean(), rate, batch })
  .partial()
  .refine((change) => Object.keys(change).length > 0, { error: "give at least one field" });

export type SinkUpdate = z.infer<typeof SinkUpdate>;

const sequence = z.int().min(0);

/** Body of `POST /sinks/{sink}/replay`. */
export const SinkReplay = z.union(
  [z.strictObject({ after: sequence }), z.strictObject({ from: instant, to: instant })],
  { error: "give after (a sequence), or from and to (times)" },
);

export type SinkReplay = z.infer<typeof SinkReplay>;

/** One try to deliver. */
export const Attempt = z
  .object({
    time,
    status: z.int().nullable().meta({ description: "HTTP status; null where no answer came" }),
    milliseconds: z.number().min(0),
    answer: z.string().nullable().meta({ description: "The answer's first bytes" }),
    error: z.string().nullable().optional().meta({ description: "Why no answer came" }),
  })
  .meta({ description: "One try to deliver" });

export type Attempt = z.infer<typeof Attempt>;

/** What a test delivery came to. */
export const SinkTest = Attempt.extend({ delivered: z.boolean() }).meta({
  description: "What a test delivery came to",
});

export type SinkTest = z.infer<typeof SinkTest>;

export const deliveryStates = ["pending", "attempting", "delivered", "dead", "dropped"] as const;

/** One event to one sink, with its attempts. */
export const Delivery = z
  .object({
    id: z.string().startsWith("dlv_"),
    sink: z.string(),
    event: z.object({ id: z.string(), type: z.string(), sequence: z.int() }),
    state: z.enum(deliveryStates),
    attempts: z.int().min(0).meta({ description: "How many there were" }),
    log: z.array(Attempt).meta({ description: "The last attempts, oldest first" }),
    nextAttemptAt: time.nullable(),
    createdAt: time,
  })
  .meta({ description: "One event to one sink, with its attempts" });

export type Delivery = z.infer<typeof Delivery>;

export const exampleSink = {
  id: "snk_01k9z0s1s2s3s4s5s6s7s8s9s0",
  url: "https://platform.test/hooks/oxbow",
  types: ["dvr_mp4_export_ready", "dvr_mp4_export_failed"],
  streams: [],
  enabled: true,
  rate: null,
  batch: 1,
  disabledReason: null,
  createdAt: "2026-03-01T18:00:00.000Z",
} satisfies Sink;

export const exampleAttempt = {
  time: "2026-03-01T22:00:02.010Z",
  status: 200,
  milliseconds: 12,
  answer: "ok",
  error: null,
} satisfies Attempt;

export const exampleDelivery = {
  id: "dlv_01k9z0d1d2d3d4d5d6d7d8d9d0",
  sink: "snk_01k9z0s1s2s3s4s5s6s7s8s9s0",
  event: { id: "evt_01k9z0v1v2v3v4v5v6v7v8v9v0", type: "dvr_mp4_export_ready", sequence: 42 },
  state: "delivered",
  attempts: 1,
  log: [exampleAttempt],
  nextAttemptAt: null,
  createdAt: "2026-03-01T22:00:02.000Z",
} satisfies Delivery;
