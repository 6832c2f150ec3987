import type { EventRecord } from "@oxbow/contract";
import type { World } from "../world.ts";
import {
  encoded,
  factOf,
  type PublicFact,
  SIGNAL_TYPES,
  type StreamFacts,
} from "./signal-facts.ts";
import { type EventLog, SignalFeed } from "./signal-feed.ts";

/** Proxies and phones drop connections that are silent for a minute or less. */
const PING_MS = 15_000;
const PING = Buffer.from(": still here\n\n");
/** A listener who does not read this much has gone, or is no browser. */
const BEHIND_BYTES = 65_536;
/** Browsers that lost a server come back spread over this time. */
const RETRY_MS = 1_000;
const RETRY_SPREAD_MS = 4_000;
/** How a stream stands is looked up this often at most, however many come. */
const FACTS_MS = 1_000;

/** One listener's end of the answer. */
export interface SignalWriter {
  write(buffers: readonly Uint8Array[]): boolean;
  readonly queuedBytes: number;
  onClose(listener: () => void): void;
  close(): void;
}

/** Where the signal learns what happened, and how things stand. */
export interface SignalSource extends EventLog {
  /** How a stream stands now; undefined where it is gone. */
  facts(stream: string): Promise<StreamFacts | undefined>;
  /** Whether an `asset_ready` tells of the title that the server made of a whole broadcast by itself. */
  isRecording(event: EventRecord): Promise<boolean>;
}

/** The listeners of one stream. */
type Room = {
  /** Those who know how the stream stands. */
  readonly listeners: Set<SignalWriter>;
  /** Those who are about to be told. */
  coming: number;
  /** Events so far. */
  version: number;
  known: { readonly facts: Promise<StreamFacts | undefined>; readonly at: number } | undefined;
};

/** Tells players what becomes of a stream, after it is committed: one reading of the log for all of them. */
export class StreamSignal implements AsyncDisposable {
  readonly #source: SignalSource;
  readonly #world: World;
  readonly #rooms = new Map<string, Room>();
  #feed: SignalFeed | undefined;
  #ping: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(source: SignalSource, world: World) {
    this.#source = source;
    this.#world = world;
  }

  /** Begins to tell a listener: how the stream stands, and then what happens. */
  open(stream: string, writer: SignalWriter): void {
    if (this.#closed) return writer.close();
    const room = this.#room(stream);
    room.coming += 1;
    const visit = { gone: false };
    writer.onClose(() => {
      visit.gone = true;
      room.listeners.delete(writer);
      this.#tidy(stream, room);
    });
    const retry = Math.round(RETRY_MS + Math.random() * RETRY_SPREAD_MS);
    writer.write([Buffer.from(`retry: ${retry}\n\n`)]);
    this.#welcome(stream, room, writer, visit)
      .catch((err: unknown) => {
        this.#world.log.error({ err, stream }, "a listener was not told how the stream stands");
        writer.close();
      })
      .finally(() => {
        room.coming -= 1;
        this.#tidy(stream, room);
      });
  }

  async #welcome(
    stream: string,
    room: Room,
    writer: SignalWriter,
    visit: { readonly gone: boolean },
  ): Promise<void> {
    // Followed before it is asked how things stand: nothing falls between the two.
    await this.#follow().ready;
    for (;;) {
      const { version } = room;
      const facts = await this.#facts(room, stream);
      if (visit.gone || this.#closed) return writer.close();
      // Something happened while it was looked up: it may be older than that.
      if (version !== room.version) continue;
      if (!facts) return writer.close();
      writer.write([encoded({ type: "state", data: facts })]);
      room.listeners.add(writer);
      return;
    }
  }

  #room(stream: string): Room {
    let room = this.#rooms.get(stream);
    if (!room) {
      room = { listeners: new Set(), coming: 0, version: 0, known: undefined };
      this.#rooms.set(stream, room);
    }
    return room;
  }

  #tidy(stream: string, room: Room): void {
    if (room.listeners.size > 0 || room.coming > 0) return;
    this.#rooms.delete(stream);
    if (this.#rooms.size > 0) return;
    this.#feed?.stop();
    this.#feed = undefined;
    clearInterval(this.#ping);
    this.#ping = undefined;
  }

  #follow(): SignalFeed {
    this.#ping ??= setInterval(() => this.#pingAll(), PING_MS).unref();
    const tell = (event: EventRecord) => this.#tell(event);
    this.#feed ??= new SignalFeed(this.#source, SIGNAL_TYPES, tell, this.#world);
    return this.#feed;
  }

  /** Those who come together are told by one look. */
  #facts(room: Room, stream: string): Promise<StreamFacts | undefined> {
    const now = this.#world.now();
    const age = room.known ? now - room.known.at : FACTS_MS;
    if (!room.known || age >= FACTS_MS || age < 0) {
      room.known = { facts: this.#source.facts(stream), at: now };
    }
    return room.known.facts;
  }

  async #tell(event: EventRecord): Promise<void> {
    const room = event.stream && this.#rooms.get(event.stream.id);
    if (!room || !event.stream) return;
    room.version += 1;
    room.known = undefined;
    if (event.type === "stream_deleted") {
      for (const writer of room.listeners) writer.close();
      return;
    }
    if (event.type === "asset_ready" && !(await this.#source.isRecording(event))) return;
    const facts = await this.#facts(room, event.stream.id);
    if (facts) send(room, factOf(event, facts));
  }

  #pingAll(): void {
    for (const { listeners } of this.#rooms.values()) {
      for (const writer of listeners) put(writer, [PING]);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const feed = this.#feed;
    feed?.stop();
    for (const { listeners } of this.#rooms.values()) {
      for (const writer of listeners) writer.close();
    }
    clearInterval(this.#ping);
    await feed?.done;
  }
}

/** Encoded once for all. */
function send({ listeners }: Room, fact: PublicFact): void {
  const buffers = [encoded(fact)];
  for (const writer of listeners) put(writer, buffers);
}

function put(writer: SignalWriter, buffers: readonly Uint8Array[]): void {
  if (writer.queuedBytes > BEHIND_BYTES) writer.close();
  else writer.write(buffers);
}
