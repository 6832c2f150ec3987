import { z } from "zod";

const time = z.iso.datetime();
const bytes = z.int().min(0);

/** The volume of the archive. */
export const Disk = z.object({
  /** ok, warn, no_exports, no_renditions, no_recordings. */
  rung: z.string(),
  freeBytes: bytes,
  totalBytes: bytes,
  /** When it is full if things go on as they did; null: not in sight. */
  fullAt: time.nullable(),
});

export type Disk = z.infer<typeof Disk>;

/** How long the archive keeps media; both null: for ever. */
export const RetentionRule = z.strictObject({
  days: z.number().positive().max(36_500).nullable(),
  bytes: z.int().positive().nullable(),
});

export type RetentionRule = z.infer<typeof RetentionRule>;

/** What a stream's recordings take. */
export const StreamStorage = z.object({
  stream: z.object({ id: z.string(), name: z.string() }),
  channel: z.object({ id: z.string(), handle: z.string(), name: z.string() }).nullable(),
  bytes,
  oldest: time,
  newest: time,
  /** The stream was deleted: its media is about to go. */
  deleted: z.boolean(),
  retention: RetentionRule,
});

export type StreamStorage = z.infer<typeof StreamStorage>;

/** Something on the media server that no channel and no video of this site knows. */
export const Orphan = z.object({
  kind: z.enum(["stream", "asset"]),
  id: z.string(),
  name: z.string(),
  /** Null where the media server does not tell. */
  bytes: bytes.nullable(),
  createdAt: time.nullable(),
  /** Live: it can't be removed now. */
  busy: z.boolean(),
});

export type Orphan = z.infer<typeof Orphan>;

export const StorageView = z.object({
  disk: Disk,
  streams: z.array(StreamStorage),
  assets: z.object({ count: z.int().min(0), bytes }),
  orphans: z.array(Orphan),
  /** There are more assets than were looked through for orphans. */
  orphansCut: z.boolean(),
});

export type StorageView = z.infer<typeof StorageView>;

/** What a rule would remove now; pinned media stays and is not taken off. */
export const RetentionPreview = z.object({
  bytes,
  /** Everything before this goes; null: nothing does. */
  before: time.nullable(),
  /** What stays. */
  left: bytes,
});

export type RetentionPreview = z.infer<typeof RetentionPreview>;
