import type { DialectName } from "@oxbow/database";
import { type Kysely, sql } from "kysely";
import type { Schema } from "../schema.ts";

type Columns = Readonly<Record<string, string>>;

/** `name: "type"`, with `?` for a column that may be null. */
const TABLES: Readonly<Record<string, Columns>> = {
  meta: { key: "text primary key", value: "text" },
  counters: { name: "text primary key", value: "int8" },
  api_keys: {
    id: "text primary key",
    name: "text",
    scope: "text",
    hash: "text",
    hint: "text",
    created_at: "int8",
    last_used_at: "int8?",
  },
  streams: {
    id: "text primary key",
    name: "text",
    title: "text?",
    publish_key: "text",
    publish_key_hash: "text",
    policy: "text",
    state: "text",
    broadcast_id: "text?",
    stream_sequence: "int8 default 0",
    created_at: "int8",
    deleted_at: "int8?",
  },
  broadcasts: {
    id: "text primary key",
    stream_id: "text",
    state: "text",
    from_ms: "int8",
    to_ms: "int8?",
    origin_ms: "int8",
    sessions: "text",
    gaps: "text",
    end_reason: "text?",
    created_at: "int8",
  },
  stretches: {
    id: "text primary key",
    stream_id: "text",
    broadcast_id: "text",
    rendition: "text",
    reason: "text",
    path: "text",
    origin_ms: "int8",
    tracks: "text",
    first_segment: "int8",
    segments: "int8",
    from_ms: "int8",
    to_ms: "int8",
    bytes: "int8",
    open: "int4",
    created_at: "int8",
  },
  archive_gaps: {
    id: "text primary key",
    stream_id: "text",
    broadcast_id: "text?",
    from_ms: "int8",
    to_ms: "int8",
    reason: "text",
  },
  pins: {
    id: "text primary key",
    stream_id: "text",
    from_ms: "int8",
    to_ms: "int8",
    reason: "text?",
    owner: "text?",
    expires_at: "int8?",
    created_at: "int8",
  },
  jobs: {
    id: "text primary key",
    kind: "text",
    stream_id: "text?",
    state: "text",
    attempt: "int4",
    max_attempts: "int4",
    lease_owner: "text?",
    lease_until: "int8?",
    not_before: "int8",
    spec: "text",
    progress: "text",
    result: "text?",
    error: "text?",
    retry_of: "text?",
    created_at: "int8",
    updated_at: "int8",
  },
  assets: {
    id: "text primary key",
    stream_id: "text?",
    broadcast_id: "text?",
    export_id: "text?",
    title: "text?",
    duration_ms: "int8",
    bytes: "int8",
    files: "text",
    metadata: "text",
    created_at: "int8",
  },
  events: {
    sequence: "int8 primary key",
    id: "text",
    type: "text",
    time: "int8",
    stream_id: "text?",
    stream_name: "text?",
    stream_sequence: "int8?",
    broadcast_id: "text?",
    data: "text",
  },
  sinks: {
    id: "text primary key",
    url: "text",
    types: "text",
    streams: "text",
    secret: "text",
    previous_secret: "text?",
    previous_secret_until: "int8?",
    enabled: "int4",
    rate: "float8?",
    batch: "int4",
    disabled_reason: "text?",
    created_at: "int8",
  },
  deliveries: {
    id: "text primary key",
    sink_id: "text",
    event_sequence: "int8",
    lane: "text",
    state: "text",
    attempts: "int4",
    next_attempt_at: "int8",
    log: "text",
    created_at: "int8",
    updated_at: "int8",
  },
  idempotency: {
    key: "text primary key",
    request_hash: "text",
    status: "int4",
    response: "text",
    created_at: "int8",
  },
};

const INDEXES = [
  "create unique index api_keys_hash on api_keys (hash)",
  // A name is free again once its stream is deleted.
  "create unique index streams_name on streams (name) where deleted_at is null",
  "create unique index streams_key on streams (publish_key_hash) where deleted_at is null",
  "create index broadcasts_stream on broadcasts (stream_id, from_ms)",
  "create index broadcasts_open on broadcasts (stream_id) where to_ms is null",
  "create index stretches_stream on stretches (stream_id, from_ms)",
  "create index stretches_end on stretches (stream_id, to_ms)",
  "create index stretches_broadcast on stretches (broadcast_id, from_ms)",
  "create index stretches_open on stretches (stream_id) where open = 1",
  "create index archive_gaps_stream on archive_gaps (stream_id, from_ms)",
  "create index pins_stream on pins (stream_id, from_ms)",
  "create index pins_owner on pins (owner)",
  "create index pins_expiry on pins (expires_at) where expires_at is not null",
  "create index jobs_unfinished on jobs (kind, state, not_before) where state in ('waiting', 'queued', 'running')",
  "create index jobs_list on jobs (kind, id)",
  "create index jobs_stream on jobs (stream_id, id)",
  "create index assets_stream on assets (stream_id, id)",
  "create index assets_export on assets (export_id)",
  "create unique index events_id on events (id)",
  "create index events_stream on events (stream_id, sequence)",
  "create index events_type on events (type, sequence)",
  "create index events_time on events (time)",
  // The dispatcher looks for what is open, and there is little of it among much that is done.
  "create index deliveries_open on deliveries (sink_id, lane, event_sequence) where state in ('pending', 'attempting')",
  "create index deliveries_list on deliveries (sink_id, id)",
  "create index deliveries_event on deliveries (event_sequence)",
  "create index idempotency_age on idempotency (created_at)",
];

/** The tables of the first release. */
export async function firstTables(db: Kysely<Schema>, dialect: DialectName): Promise<void> {
  for (const [table, columns] of Object.entries(TABLES)) {
    const lines = Object.entries(columns).map(
      ([name, type]) => `${name} ${columnType(type, dialect)}`,
    );
    await sql.raw(`create table ${table} (${lines.join(", ")})`).execute(db);
  }
  for (const index of INDEXES) await sql.raw(index).execute(db);
  await db.insertInto("counters").values({ name: "events", value: 0 }).execute();
}

function columnType(type: string, dialect: DialectName): string {
  const nullable = type.endsWith("?");
  const plain = nullable ? type.slice(0, -1) : type;
  // SQLite has one integer, and makes it the row's own address when it is called so.
  const ours = dialect === "sqlite" ? plain.replace(/^int[48]/, "integer") : plain;
  return nullable ? ours : `${ours} not null`;
}
