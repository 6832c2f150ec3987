import { z } from "zod";
import { PoisonedEvent } from "./media-event.ts";
import { MediaSink } from "./media-sink.ts";
import { Disk } from "./storage.ts";

const time = z.iso.datetime();

/** A certificate that browsers see. */
export const CertificateState = z.object({
  host: z.string(),
  /** Null where it could not be looked at; then `error` says why. */
  expiresAt: time.nullable(),
  error: z.string().nullable(),
});

export type CertificateState = z.infer<typeof CertificateState>;

/** How the site and the media server are, besides alerts and exports. Null: the media server is away. */
export const OperatorOverview = z.object({
  /** Why the media server does not answer; null: it does. */
  away: z.string().nullable(),
  inbox: z.object({
    /** All that the media server has told so far is known. */
    caughtUp: z.boolean(),
    lastEventAt: time.nullable(),
    /** Milliseconds from what happened to when it was known, of the newest event. */
    lagMs: z.number().nullable(),
    /** Events that the media server has and this site does not know as yet. */
    behind: z.int().min(0).nullable(),
    trouble: z.string().nullable(),
    poisoned: z.array(PoisonedEvent),
  }),
  onAir: z.object({ streams: z.int().min(0), viewers: z.int().min(0) }).nullable(),
  disk: Disk.nullable(),
  /** Disabled ones, and those with deliveries that were given up. */
  sinks: z.array(MediaSink).nullable(),
  certificates: z.array(CertificateState),
  /** The doctor's sentences, in English. */
  advice: z.array(z.string()).nullable(),
});

export type OperatorOverview = z.infer<typeof OperatorOverview>;

/** What the media server said about a wish's last job. */
export const ExportDetail = z.object({
  /** Null where there is no job, or no more. */
  job: z
    .object({
      id: z.string(),
      state: z.string(),
      attempt: z.int().min(0),
      code: z.string().nullable(),
      message: z.string().nullable(),
      /** The encoder's last words. */
      tail: z.string().nullable(),
    })
    .nullable(),
});

export type ExportDetail = z.infer<typeof ExportDetail>;
