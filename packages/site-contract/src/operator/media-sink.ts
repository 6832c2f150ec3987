import { z } from "zod";
import { DeliveryAttempt } from "./media-event.ts";

const time = z.iso.datetime();

/** Where the media server sends its events. */
export const MediaSink = z.object({
  id: z.string(),
  url: z.string(),
  /** Empty: all. */
  types: z.array(z.string()),
  enabled: z.boolean(),
  disabledReason: z.string().nullable(),
  /** This site's own: without it pages learn of events late. */
  own: z.boolean(),
  /** Deliveries that were given up, and that wait; 200 stands for more, too. */
  dead: z.int().min(0),
  pending: z.int().min(0),
  /** The last attempt of the newest delivery; null before the first. */
  last: DeliveryAttempt.nullable(),
  createdAt: time.nullable(),
});

export type MediaSink = z.infer<typeof MediaSink>;

/** What is delivered once more: events after a sequence, or of `[from, to)`. */
export const SinkReplay = z.union([
  z.strictObject({ after: z.int().min(0) }),
  z.strictObject({ from: time, to: time }),
]);

export type SinkReplay = z.infer<typeof SinkReplay>;
