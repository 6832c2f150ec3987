import { z } from "zod";
import {
  commaList,
  Delivery,
  deliveryStates,
  eventLimit,
  exampleAttempt,
  exampleDelivery,
  exampleSink,
  instant,
  pageOf,
  pageQuery,
  Sink,
  SinkCreate,
  SinkReplay,
  SinkTest,
  SinkUpdate,
  streamRef,
} from "../entities/index.ts";
import { catalogue, Event, eventType } from "../events/index.ts";
import { none, type Route } from "./route.ts";

const ofSink = z.strictObject({ sink: z.string().min(1).max(80) });
const ofDelivery = z.strictObject({ delivery: z.string().min(1).max(80) });

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
const exampleEvent = catalogue.find((entry) => entry.type === "dvr_mp4_export_ready")?.example;

const sequence = z.coerce
  .number<string | number>({ error: "give the sequence of an event" })
  .int()
  .min(0);

const filter = {
  after: sequence.optional().meta({ description: "Events whose sequence is greater" }),
  types: commaList(eventType).optional().meta({ description: "Types, with commas; absent: all" }),
  stream: streamRef.optional(),
};

export const eventRoutes = {
  "events.list": {
    method: "GET",
    path: "/events",
    scope: "read",
    params: none,
    query: z.strictObject({
      ...filter,
      before: sequence.optional().meta({ description: "Events whose sequence is less" }),
      from: instant.optional().meta({ description: "Events at this time or later" }),
      to: instant.optional().meta({ description: "Events before this time" }),
      order: z
        .enum(["oldest", "newest"])
        .default("oldest")
        .meta({ description: "Which come first" }),
      limit: eventLimit,
    }),
    response: { status: 200, schema: pageOf(Event) },
    errors: ["stream_unknown"],
    summary: "Read the event log",
    description:
      "In the order of `sequence`. `next` is what to give as `after` for the next page; with `order=newest`, as `before`.",
    example: { response: { items: [exampleEvent], next: null } },
  },
  "events.live": {
    method: "GET",
    path: "/events/live",
    scope: "read",
    params: none,
    query: z.strictObject(filter),
    response: { status: 200, schema: Event, as: "event-stream" },
    errors: ["stream_unknown", "limit_reached"],
    summary: "Follow the events",
    description:
      "Server-sent events: `id` is the sequence, `event` the type, `data` the event as JSON. Begins after `Last-Event-ID` or `after`, and with what comes next where neither is given. An `id` alone comes first: where the feed begins.",
    example: { response: exampleEvent },
  },
  "sinks.list": {
    method: "GET",
    path: "/sinks",
    scope: "read",
    params: none,
    query: z.strictObject(pageQuery),
    response: { status: 200, schema: pageOf(Sink) },
    errors: [],
    summary: "List the sinks",
    description: "Without their secrets.",
    example: { response: { items: [exampleSink], next: null } },
  },
  "sinks.create": {
    method: "POST",
    path: "/sinks",
    scope: "admin",
    params: none,
    query: none,
    body: SinkCreate,
    response: { status: 201, schema: Sink },
    errors: ["stream_unknown", "limit_reached"],
    idempotent: true,
    summary: "Create a sink",
    description: "Events from now on go to its URL, signed with the secret that is told only here.",
    example: {
      body: { url: "https://platform.test/hooks/oxbow", types: ["dvr_mp4_export_ready"] },
      response: { ...exampleSink, secret: exampleSecret },
    },
  },
  "sinks.get": {
    method: "GET",
    path: "/sinks/{sink}",
    scope: "read",
    params: ofSink,
    query: none,
    response: { status: 200, schema: Sink },
    errors: ["sink_unknown"],
    summary: "Show a sink",
    description: "Without its secret.",
    example: { response: exampleSink },
  },
  "sinks.update": {
    method: "PATCH",
    path: "/sinks/{sink}",
    scope: "admin",
    params: ofSink,
    query: none,
    body: SinkUpdate,
    response: { status: 200, schema: Sink },
    errors: ["sink_unknown", "stream_unknown"],
    summary: "Change a sink",
    description:
      "With `url`, or `enabled: true`, even where they are as they were, all that waits to be " +
      "delivered is due at once, in the order of each stream and with all its attempts again: " +
      "what a receiver says that was away. Events from while a sink was disabled are not " +
      "delivered; replay them.",
    example: { body: { enabled: true }, response: exampleSink },
  },
  "sinks.delete": {
    method: "DELETE",
    path: "/sinks/{sink}",
    scope: "admin",
    params: ofSink,
    query: none,
    response: { status: 204 },
    errors: ["sink_unknown"],
    summary: "Delete a sink",
    description: "Deliveries that are pending are dropped.",
    example: {},
  },
  "sinks.test": {
    method: "POST",
    path: "/sinks/{sink}/test",
    scope: "admin",
    params: ofSink,
    query: none,
    response: { status: 200, schema: SinkTest },
    errors: ["sink_unknown"],
    summary: "Send a test to a sink",
    description: "Posts a signed message that is in no log, and tells what came back.",
    example: { response: { ...exampleAttempt, delivered: true } },
  },
  "sinks.rotate": {
    method: "POST",
    path: "/sinks/{sink}/rotate",
    scope: "admin",
    params: ofSink,
    query: none,
    response: { status: 200, schema: Sink },
    errors: ["sink_unknown"],
    summary: "Make a new secret for a sink",
    description: "For 24 hours deliveries carry signatures of both secrets.",
    example: { response: { ...exampleSink, secret: exampleSecret } },
  },
  "sinks.replay": {
    method: "POST",
    path: "/sinks/{sink}/replay",
    scope: "admin",
    params: ofSink,
    query: none,
    body: SinkReplay,
    response: {
      status: 202,
      schema: z
        .object({ deliveries: z.int().min(0) })
        .meta({ description: "How many events will be delivered again" }),
    },
    errors: ["sink_unknown", "range_invalid"],
    summary: "Deliver a part of the log again",
    description: "What the sink's filters let through, after a sequence or between two times.",
    example: { body: { after: 41 }, response: { deliveries: 1 } },
  },
  "deliveries.list": {
    method: "GET",
    path: "/sinks/{sink}/deliveries",
    scope: "read",
    params: ofSink,
    query: z.strictObject({
      state: z.enum(deliveryStates).optional().meta({ description: "Those in this state" }),
      event: z.string().min(1).max(80).optional().meta({ description: "Those of this event" }),
      ...pageQuery,
    }),
    response: { status: 200, schema: pageOf(Delivery) },
    errors: ["sink_unknown"],
    summary: "List a sink's deliveries",
    description: "The newest first, with time, status, milliseconds and answer of each attempt.",
    example: { response: { items: [exampleDelivery], next: null } },
  },
  "deliveries.redeliver": {
    method: "POST",
    path: "/deliveries/{delivery}/redeliver",
    scope: "admin",
    params: ofDelivery,
    query: none,
    response: { status: 202, schema: Delivery },
    errors: ["delivery_unknown", "conflict"],
    summary: "Deliver once more",
    description: "With the same webhook-id, so that the receiver can tell that it has it.",
    example: { response: { ...exampleDelivery, state: "pending" } },
  },
} as const satisfies Record<string, Route>;
