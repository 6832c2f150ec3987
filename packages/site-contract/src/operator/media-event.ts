import { z } from "zod";

const time = z.iso.datetime();

/** One fact of the media server's log. */
export const MediaEvent = z.object({
  id: z.string(),
  type: z.string(),
  /** Grows by one over the whole log. */
  sequence: z.int(),
  time,
  stream: z.object({ id: z.string(), name: z.string() }).nullable(),
  broadcast: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});

export type MediaEvent = z.infer<typeof MediaEvent>;

/** One try to deliver. */
export const DeliveryAttempt = z.object({
  at: time,
  /** Null where no answer came; then `error` says why. */
  status: z.int().nullable(),
  milliseconds: z.number().min(0),
  /** The first bytes of what came back. */
  answer: z.string().nullable(),
  error: z.string().nullable(),
});

export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

export const deliveryStates = ["pending", "attempting", "delivered", "dead", "dropped"] as const;

/** One event to one sink, with its attempts. */
export const MediaDelivery = z.object({
  id: z.string(),
  sink: z.object({ id: z.string(), url: z.string() }),
  event: z.object({ id: z.string(), type: z.string(), sequence: z.int() }),
  state: z.enum(deliveryStates),
  /** How many there were. */
  attempts: z.int().min(0),
  /** The last of them, the oldest first. */
  log: z.array(DeliveryAttempt),
  nextAt: time.nullable(),
  createdAt: time,
});

export type MediaDelivery = z.infer<typeof MediaDelivery>;

/** An event that the platform could not take in, and that is set aside. */
export const PoisonedEvent = z.object({
  id: z.string(),
  type: z.string(),
  sequence: z.int(),
  stream: z.string().nullable(),
  time,
  attempts: z.int().min(0),
  error: z.string(),
});

export type PoisonedEvent = z.infer<typeof PoisonedEvent>;
