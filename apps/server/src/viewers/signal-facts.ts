import type { EventRecord } from "@oxbow/contract";

/** What anybody who may watch a stream may know of it. Paths are relative to the server. */
export type StreamFacts = {
  readonly state: string;
  /** The open broadcast. */
  readonly broadcast: string | null;
  /** HLS of the running or the last recording. */
  readonly recording: string | null;
};

export type PublicFact = {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** For each event that viewers are told of: the members of its data that are theirs to know. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  broadcast_started: ["from"],
  playback_ready: [],
  broadcast_interrupted: ["windowEnds"],
  broadcast_resumed: ["gap", "seconds"],
  broadcast_ended: ["reason", "from", "to", "duration"],
  asset_ready: ["asset", "title", "duration"],
};

/** What the log is read for. */
export const SIGNAL_TYPES: readonly string[] = [...Object.keys(PUBLIC), "stream_deleted"];

/** The event as viewers are told of it: no address, no encoder, no key. */
export function factOf(event: EventRecord, { recording }: StreamFacts): PublicFact {
  const told: Record<string, unknown> = { broadcast: event.broadcast ?? null };
  for (const member of PUBLIC[event.type] ?? []) {
    const value = event.data[member];
    if (value !== undefined) told[member] = value;
  }
  return { type: event.type, data: { ...told, recording, time: event.time } };
}

/** On the wire (HTML Standard, server-sent events): JSON has no line breaks, so `data` is one line. */
export function encoded({ type, data }: PublicFact): Uint8Array {
  return Buffer.from(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}
