import type { ColumnType, Generated } from "kysely";

// Times are Unix milliseconds. JSON columns hold text. Booleans are 0 or 1: the same in both databases.

/** Written once. */
type Fixed<T> = ColumnType<T, T, never>;

export interface MetaTable {
  key: Fixed<string>;
  value: string;
}

/** Numbers that grow by one inside the transaction that uses them: `events`. */
export interface CountersTable {
  name: Fixed<string>;
  value: number;
}

export interface ApiKeysTable {
  id: Fixed<string>;
  name: string;
  scope: "read" | "write" | "admin";
  /** SHA-256 of the key, hex. */
  hash: Fixed<string>;
  /** First characters, to tell keys apart. */
  hint: Fixed<string>;
  created_at: Fixed<number>;
  last_used_at: number | null;
}

export interface StreamsTable {
  id: Fixed<string>;
  name: string;
  title: string | null;
  /** Sealed by the secret box. */
  publish_key: string;
  /** SHA-256 of the key, hex: what an encoder's key is looked up by. */
  publish_key_hash: string;
  /** JSON: record, reconnectWindow, retention, ladder, playback, autoExport. */
  policy: string;
  /** JSON: the StreamState, the output position, and when they were saved. */
  state: string;
  broadcast_id: string | null;
  /** Sequence of the stream's last event. */
  stream_sequence: Generated<number>;
  created_at: Fixed<number>;
  deleted_at: number | null;
}

export interface BroadcastsTable {
  id: Fixed<string>;
  stream_id: Fixed<string>;
  state: string;
  from_ms: number;
  to_ms: number | null;
  /** Wall clock at tick 0 of its timeline. */
  origin_ms: number;
  /** JSON: publish sessions in order. */
  sessions: string;
  /** JSON: gaps in order. */
  gaps: string;
  end_reason: string | null;
  created_at: Fixed<number>;
}

/** One archive file and its index. */
export interface StretchesTable {
  id: Fixed<string>;
  stream_id: Fixed<string>;
  broadcast_id: Fixed<string>;
  rendition: Fixed<string>;
  reason: Fixed<string>;
  /** Path of the media file under the archive's root; the index stands beside it. */
  path: Fixed<string>;
  /** Wall clock at tick 0 of the broadcast's timeline. */
  origin_ms: Fixed<number>;
  /** JSON: tracks with their configuration. */
  tracks: Fixed<string>;
  first_segment: Fixed<number>;
  segments: number;
  from_ms: Fixed<number>;
  /** End of the sealed media; grows while open. */
  to_ms: number;
  bytes: number;
  /** 1 while a recorder writes to it. */
  open: number;
  created_at: Fixed<number>;
  /** Stretch of the packager that it holds; several files where one was full. */
  stretch_id: Fixed<string>;
  /** Media sequence number of its first segment in the playlist of the whole broadcast. */
  sequence: Fixed<number>;
  /** Discontinuity sequence number of its segments there. */
  discontinuity: Fixed<number>;
}

export interface ArchiveGapsTable {
  id: Fixed<string>;
  stream_id: Fixed<string>;
  broadcast_id: string | null;
  from_ms: number;
  to_ms: number;
  reason: string;
}

export interface PinsTable {
  id: Fixed<string>;
  stream_id: Fixed<string>;
  from_ms: Fixed<number>;
  to_ms: Fixed<number>;
  reason: string | null;
  /** The export that holds it, where one does. */
  owner: string | null;
  expires_at: number | null;
  created_at: Fixed<number>;
}

/** A moment of a broadcast that has a name. */
export interface MarkersTable {
  id: Fixed<string>;
  stream_id: Fixed<string>;
  broadcast_id: Fixed<string>;
  at_ms: Fixed<number>;
  /** Seconds; null for a moment. */
  duration: Fixed<number | null>;
  label: Fixed<string>;
  created_at: Fixed<number>;
  /** Kept for a while, since players are told what went. */
  removed_at: number | null;
}

export interface JobsTable {
  id: Fixed<string>;
  kind: Fixed<string>;
  stream_id: string | null;
  state: "waiting" | "queued" | "running" | "ready" | "failed" | "aborted";
  attempt: number;
  max_attempts: number;
  lease_owner: string | null;
  lease_until: number | null;
  /** Not taken before this time. */
  not_before: number;
  /** JSON: what was asked for. */
  spec: string;
  /** JSON: percent, bytes, secondsLeft, checkpoint. */
  progress: string;
  /** JSON, when ready. */
  result: string | null;
  /** JSON, when failed or aborted. */
  error: string | null;
  /** The finished job that this one repeats. */
  retry_of: Fixed<string | null>;
  created_at: Fixed<number>;
  updated_at: number;
}

export interface AssetsTable {
  id: Fixed<string>;
  stream_id: string | null;
  broadcast_id: string | null;
  export_id: string | null;
  title: string | null;
  duration_ms: number;
  bytes: number;
  /** JSON: files with rendition, path, bytes, sha256, tracks. */
  files: string;
  /** JSON: the user's own. */
  metadata: string;
  created_at: Fixed<number>;
  state: "uploading" | "probing" | "ready" | "failed";
  /** JSON: why it failed. */
  error: string | null;
  /** Who may watch. */
  policy: "public" | "signed";
  /** JSON: its WebVTT texts. */
  subtitles: string;
}

/** A file that is being sent, or was and waits for the others of its asset. */
export interface UploadsTable {
  id: Fixed<string>;
  asset_id: Fixed<string>;
  rendition: Fixed<string>;
  name: Fixed<string>;
  /** Size as it was told. */
  bytes: Fixed<number>;
  /** SHA-256 of the token in its URL, hex. */
  token_hash: Fixed<string>;
  /** SHA-256 of the file, hex; null until it is whole. */
  sha256: string | null;
  expires_at: number;
  created_at: Fixed<number>;
}

export interface EventsTable {
  sequence: Fixed<number>;
  id: Fixed<string>;
  type: Fixed<string>;
  time: Fixed<number>;
  stream_id: Fixed<string | null>;
  stream_name: Fixed<string | null>;
  stream_sequence: Fixed<number | null>;
  broadcast_id: Fixed<string | null>;
  data: Fixed<string>;
}

export interface SinksTable {
  id: Fixed<string>;
  url: string;
  /** JSON arrays; empty: all. */
  types: string;
  streams: string;
  /** Sealed by the secret box. */
  secret: string;
  previous_secret: string | null;
  previous_secret_until: number | null;
  enabled: number;
  /** Deliveries a second, where limited. */
  rate: number | null;
  /** Events in one POST, 1 to send each alone. */
  batch: number;
  disabled_reason: string | null;
  created_at: Fixed<number>;
}

export interface DeliveriesTable {
  id: Fixed<string>;
  sink_id: Fixed<string>;
  event_sequence: Fixed<number>;
  /** The stream's id, or "" for events of no stream, and "/play" for those of viewers: deliveries of one lane keep their order. */
  lane: Fixed<string>;
  state: "pending" | "attempting" | "delivered" | "dead" | "dropped";
  attempts: number;
  next_attempt_at: number;
  /** JSON: the last attempts with time, status, milliseconds and the answer's first bytes. */
  log: string;
  created_at: Fixed<number>;
  updated_at: number;
}

export interface PlaybackKeysTable {
  id: Fixed<string>;
  name: Fixed<string>;
  /** What tokens name it by. */
  kid: Fixed<string>;
  algorithm: Fixed<"HS256" | "ES256">;
  /** The secret or the public key, sealed by the secret box. */
  sealed_key: Fixed<string>;
  created_at: Fixed<number>;
}

export interface IdempotencyTable {
  /** Key and route. */
  key: Fixed<string>;
  request_hash: Fixed<string>;
  status: number;
  response: string;
  created_at: Fixed<number>;
}

export interface Schema {
  meta: MetaTable;
  counters: CountersTable;
  api_keys: ApiKeysTable;
  streams: StreamsTable;
  broadcasts: BroadcastsTable;
  stretches: StretchesTable;
  archive_gaps: ArchiveGapsTable;
  pins: PinsTable;
  markers: MarkersTable;
  jobs: JobsTable;
  assets: AssetsTable;
  uploads: UploadsTable;
  events: EventsTable;
  sinks: SinksTable;
  deliveries: DeliveriesTable;
  playback_keys: PlaybackKeysTable;
  idempotency: IdempotencyTable;
}
