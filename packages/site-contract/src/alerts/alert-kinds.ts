import { z } from "zod";

const time = z.iso.datetime();
const bytes = z.int().min(0);
/** The name of a stream on the media server, or its id where the name is not known. */
const stream = z.string();

/** What each kind of alert tells besides what it is about. Texts of a kind are made of this alone. */
export const alertKinds = {
  /** There will be no file. */
  export_failed: z.object({
    title: z.string(),
    code: z.string(),
    message: z.string(),
    /** What viewers or the streamer have instead; null: nothing as yet. */
    fallback: z.string().nullable(),
  }),
  /** Nothing was heard of an export for too long. */
  export_stalled: z.object({ title: z.string(), minutes: z.number().min(0) }),
  /** The media server gave up to deliver events to an address. */
  sink_disabled: z.object({
    url: z.string(),
    reason: z.string(),
    status: z.int().nullable(),
  }),
  /** The disk of the archive fills. */
  archive_pressure: z.object({
    rung: z.string(),
    freeBytes: bytes,
    totalBytes: bytes.nullable(),
    fullAt: time.nullable(),
  }),
  /** Media that should be in the archive is not. */
  archive_gap: z.object({ stream, seconds: z.number().min(0), reason: z.string() }),
  /** What a crash of the media server cost. */
  media_lost: z.object({ seconds: z.number().min(0), streams: z.int().min(0) }),
  /** A quality is not made. */
  transcoder_degraded: z.object({ stream, rendition: z.string(), reason: z.string() }),
  /** The media server does not answer. */
  media_server_away: z.object({ message: z.string() }),
  /** An event that the platform could not take in. */
  event_poisoned: z.object({ type: z.string(), message: z.string() }),
  /** A task of the platform that failed as often as it may. */
  task_failed: z.object({ task: z.string(), message: z.string() }),
  /** A message in a chat that many people reported, and nobody has looked at. */
  chat_reported: z.object({ reports: z.int().min(1) }),
  /** The alert webhook took nothing for a day. */
  webhook_dead: z.object({ url: z.string(), status: z.int().nullable() }),
  /** Webhooks are refused for their time. Seconds: positive where the site's clock is ahead. */
  clocks_apart: z.object({ seconds: z.int() }),
  /** A certificate of this site or of the media server ends soon, or has ended. */
  certificate_expiring: z.object({ host: z.string(), expiresAt: time }),
} as const;

export type AlertKind = keyof typeof alertKinds;
export type AlertData<Kind extends AlertKind = AlertKind> = z.infer<(typeof alertKinds)[Kind]>;

export const alertSeverities = ["info", "warning", "critical"] as const;
export type AlertSeverity = (typeof alertSeverities)[number];

/** What an alert is about: ids, for links. */
export const AlertAbout = z
  .object({
    video: z.string(),
    /** The platform's wish, `wsh_…`. */
    wish: z.string(),
    /** The media server's job. */
    export: z.string(),
    sink: z.string(),
    stream: z.string(),
    channel: z.string(),
    event: z.string(),
  })
  .partial();

export type AlertAbout = z.infer<typeof AlertAbout>;
