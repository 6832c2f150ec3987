import type { EventRecord, NewEvent } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import type { PlaybackKeyStore, StoredPlaybackKey } from "./playback-keys.ts";
import type { Titles, ViewRequest, WatchedAsset, WatchedStream } from "./ports.ts";
import type { StreamFacts } from "./signal-facts.ts";
import type { SignalSource, SignalWriter } from "./stream-signal.ts";
import { Viewers, type ViewersOptions } from "./viewers.ts";

export type TestWorld = World & { time: Millis };

/** A clock that stands until it is moved; ids that count. */
export function testWorld(): TestWorld {
  let ids = 0;
  const world: TestWorld = {
    time: millis(1_772_395_200_000),
    now: () => world.time,
    id: (prefix) => `${prefix}_${String(++ids).padStart(4, "0")}`,
    log: pino({ level: "silent" }),
    metrics: new Registry(),
  };
  return world;
}

/** Keys in memory. */
export function keysInMemory(): PlaybackKeyStore {
  const kept: StoredPlaybackKey[] = [];
  return {
    all: async () => [...kept],
    add: async (key, most) => {
      if (kept.length >= most) return "full";
      if (kept.some(({ kid }) => kid === key.kid)) return "taken";
      kept.push(key);
      return "added";
    },
    remove: async (id) => {
      const at = kept.findIndex((key) => key.id === id);
      if (at >= 0) kept.splice(at, 1);
      return at >= 0;
    },
  };
}

/** A stream on air, as viewers see it. */
export function streamOf(
  name: string,
  playback: WatchedStream["stream"]["policy"]["playback"] = { policy: "public" },
  ladder: WatchedStream["stream"]["policy"]["ladder"] = ["source"],
): WatchedStream {
  const position = { targetDuration: 2 };
  const stream = { id: `str_${name}`, name, policy: { playback, ladder }, position };
  return { stream, broadcast: { id: `brd_${name}` } };
}

/** Streams by id and name, assets by id. */
export function titlesOf(
  streams: readonly WatchedStream[],
  assets: Readonly<Record<string, WatchedAsset>> = {},
): Titles {
  return {
    stream: (ref) => streams.find(({ stream }) => stream.id === ref || stream.name === ref),
    asset: async (id) => assets[id],
  };
}

/** A log that is written by `tell`. */
export class TestLog implements SignalSource {
  readonly events: EventRecord[] = [];
  current: StreamFacts | undefined = { state: "offline", broadcast: null, recording: null };
  asked = 0;
  #arrived = Promise.withResolvers<void>();

  tell(event: NewEvent): void {
    const sequence = this.events.length + 1;
    const time = "2026-03-01T20:00:00.000Z";
    this.events.push({ id: `evt_${sequence}`, sequence, time, ...event });
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers();
  }

  async newest(): Promise<number> {
    return this.events.length;
  }

  async *follow(
    { after, types }: { readonly after: number; readonly types: readonly string[] },
    signal: AbortSignal,
  ): AsyncGenerator<EventRecord> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve());
    });
    for (let at = after; !signal.aborted; ) {
      const event = this.events[at];
      if (event) {
        at += 1;
        if (types.includes(event.type)) yield event;
      } else await Promise.race([this.#arrived.promise, aborted]);
    }
  }

  async facts(): Promise<StreamFacts | undefined> {
    this.asked += 1;
    return this.current;
  }

  async isRecording(event: EventRecord): Promise<boolean> {
    return event.data["export"] === "exp_auto";
  }
}

/** A listener's connection: keeps what it is told. */
export class TestWriter implements SignalWriter {
  text = "";
  closed = false;
  queuedBytes = 0;
  #close: () => void = () => {};

  write(buffers: readonly Uint8Array[]): boolean {
    this.text += Buffer.concat(buffers).toString();
    return true;
  }

  onClose(listener: () => void): void {
    this.#close = listener;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#close();
  }

  /** The events told, `type` and data. */
  get told(): [string, unknown][] {
    return [...this.text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, type = "", data]) => [
      type,
      JSON.parse(data ?? "null"),
    ]);
  }
}

export type TestViewers = {
  readonly viewers: Viewers;
  readonly world: TestWorld;
  readonly told: NewEvent[];
  readonly log: TestLog;
};

/** Viewers over what a test says there is. */
export function testViewers(
  options: Partial<Omit<ViewersOptions, "world">> = {},
  world: TestWorld = testWorld(),
): TestViewers {
  const told: NewEvent[] = [];
  const log = new TestLog();
  const viewers = new Viewers({
    keys: keysInMemory(),
    titles: titlesOf([streamOf("story")]),
    events: {
      tell: async (events) => {
        told.push(...events);
      },
    },
    signal: log,
    onPlay: undefined,
    playEvents: true,
    ...options,
    world,
  });
  return { viewers, world, told, log };
}

/** A request by the URL's own form, `/t/TOKEN/live/story/index.m3u8`. */
export function requestOf(url: string, more: Partial<ViewRequest> = {}): ViewRequest {
  const [place = "", search = ""] = url.split("?");
  const match = /^(?:\/t\/([^/]+))?\/(live|dvr|vod|embed)\/([^/]+?)(?:\/|(?=\.flv$)|$)(.*)$/.exec(
    place,
  );
  const [, token, kind, owner = "", path = ""] = match ?? [];
  if (kind !== "live" && kind !== "dvr" && kind !== "vod" && kind !== "embed") {
    throw new Error(`No playback URL: ${url}`);
  }
  const query = new URLSearchParams(search);
  return { kind, owner, path, query, token, address: "192.0.2.1", userAgent: "a player", ...more };
}
