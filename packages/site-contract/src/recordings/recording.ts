import { z } from "zod";

const time = z.iso.datetime();
const bytes = z.int().min(0);

export const RecordedTrack = z.object({
  kind: z.enum(["video", "audio"]),
  codec: z.string(),
  width: z.int().optional(),
  height: z.int().optional(),
  /** Pictures a second, as the encoder declares it; null where it does not. */
  frameRate: z.number().nullable().optional(),
  sampleRate: z.int().optional(),
  channels: z.int().optional(),
});
export type RecordedTrack = z.infer<typeof RecordedTrack>;

/** A stretch without a hole. */
export const RecordedRange = z.object({
  from: time,
  to: time,
  bytes,
  tracks: z.array(RecordedTrack),
  /** The source first. */
  renditions: z.array(z.string()),
});
export type RecordedRange = z.infer<typeof RecordedRange>;

/** What the archive has of a video's broadcast, as the trim editor needs it. Times are the wall clock's. */
export const Recording = z.object({
  video: z.object({ id: z.string(), title: z.string() }),
  /** It is still on air: there will be more. */
  running: z.boolean(),
  /** Where its media begins and ends by now; `to` grows while it runs. */
  from: time,
  to: time,
  ranges: z.array(RecordedRange),
  gaps: z.array(z.object({ from: time, to: time, reason: z.string() })),
  markers: z.array(z.object({ id: z.string(), label: z.string(), at: time })),
  bytes,
  /** When retention begins to take it away; null where it stays. */
  expiresAt: time.nullable(),
  playback: z.object({
    hls: z.url(),
    /** Pictures that decode alone: where a cut can be made without encoding. */
    iframes: z.url(),
    thumbnails: z.url(),
    poster: z.url(),
    /** A file of a stretch at once; `{from}` and `{to}` stand for Unix milliseconds. */
    download: z.string(),
    token: z.string().nullable(),
    /** When the token in the addresses ends; null where there is none. */
    expiresAt: time.nullable(),
  }),
});
export type Recording = z.infer<typeof Recording>;
