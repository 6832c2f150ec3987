import { z } from "zod";
import { AlertAttempt } from "../alerts/alert.ts";
import type { RoutesOf } from "../route.ts";
import { DoctorView } from "./doctor-view.ts";
import { DeliveryAttempt, deliveryStates, MediaDelivery, MediaEvent } from "./media-event.ts";
import { MediaSession } from "./media-session.ts";
import { MediaSink, SinkReplay } from "./media-sink.ts";
import { ExportDetail, OperatorOverview } from "./overview.ts";
import type { operatorPaths } from "./paths.ts";
import { SettingsView } from "./site-setting.ts";
import { RetentionPreview, RetentionRule, StorageView } from "./storage.ts";

const access = "operator";
const time = z.iso.datetime();
const id = z.string().max(80);

const page = {
  limit: z.coerce.number<string | number>().int().min(1).max(200).default(50),
  cursor: z.string().max(200).optional(),
};

const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export const operatorRoutes = {
  "operator.overview": { access, response: OperatorOverview },
  "operator.exportDetail": { access, response: ExportDetail },
  /** The newest first. */
  "operator.events": {
    access,
    query: z.strictObject({
      /** With commas between them. */
      types: z.string().max(1000).optional(),
      stream: id.optional(),
      from: time.optional(),
      to: time.optional(),
      ...page,
    }),
    response: pageOf(MediaEvent),
  },
  "operator.eventDeliveries": { access, response: z.object({ items: z.array(MediaDelivery) }) },
  /** Takes an event in that was set aside. */
  "operator.retryPoisoned": { access },
  "operator.redeliver": { access, response: MediaDelivery },
  "operator.sinks": { access, response: z.object({ items: z.array(MediaSink) }) },
  "operator.setSink": {
    access,
    body: z.strictObject({ enabled: z.boolean() }),
    response: MediaSink,
  },
  "operator.testSink": { access, response: DeliveryAttempt },
  /** The new secret, told only here; null for the site's own sink, which keeps it to itself. */
  "operator.rotateSink": { access, response: z.object({ secret: z.string().nullable() }) },
  "operator.replaySink": {
    access,
    body: SinkReplay,
    /** How many events are delivered again. */
    response: z.object({ deliveries: z.int().min(0) }),
  },
  "operator.sinkDeliveries": {
    access,
    query: z.strictObject({ state: z.enum(deliveryStates).optional(), ...page }),
    response: pageOf(MediaDelivery),
  },
  "operator.sessions": {
    access,
    query: z.strictObject({
      kind: z.enum(["publish", "play"]).optional(),
      stream: id.optional(),
      ...page,
    }),
    response: pageOf(MediaSession),
  },
  "operator.kick": { access },
  "operator.storage": { access, response: StorageView },
  "operator.previewRetention": { access, body: RetentionRule, response: RetentionPreview },
  "operator.setRetention": { access, body: RetentionRule, response: RetentionRule },
  "operator.removeOrphan": { access },
  "operator.settings": { access, response: SettingsView },
  "operator.setAddresses": {
    access,
    body: z.strictObject({ addresses: z.array(z.email().max(254)).max(20) }),
    response: z.object({ addresses: z.array(z.string()) }),
  },
  /** Sends a letter to who asks. */
  "operator.testMail": { access, response: z.object({ to: z.string() }), perMinute: 6 },
  "operator.testWebhook": { access, response: AlertAttempt, perMinute: 12 },
  /** The new secret, told only here. The one before signs beside it for a day. */
  "operator.rotateWebhook": { access, response: z.object({ secret: z.string() }) },
  "operator.doctor": { access, response: DoctorView },
  /** Takes the media server's machine for some seconds. */
  "operator.measure": { access, response: DoctorView, perMinute: 4 },
} as const satisfies RoutesOf<typeof operatorPaths>;
