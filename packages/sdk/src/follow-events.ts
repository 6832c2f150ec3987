import { type Event, type EventType, readEvent } from "@oxbow/contract";
import { EventSourceParser } from "./event-source-parser.ts";
import { OxbowError } from "./oxbow-error.ts";
import type { ClientOptions, Transport } from "./transport.ts";
import { longestDelay, waitFor } from "./wait-for.ts";

export type FollowFilter = {
  /** Begin after the event with this sequence; without it, with what comes next. 0 is the whole log. */
  readonly after?: number;
  /** These types only. */
  readonly types?: readonly EventType[];
  /** Events of this stream only: its id or name. */
  readonly stream?: string;
};

export type FollowOptions = {
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
  /**
   * Told when a connection stands, with the sequence that it goes on after: what happens from now on
   * will come.
   */
  readonly opened?: (after: number) => void;
  /** Told of each break of the connection, before it is made again. */
  readonly interrupted?: (error: unknown) => void;
};

export type EventFeed = {
  /**
   * The events as they happen, in order and each once, over all breaks of the connection: it goes on
   * from the last one received, and tries for ever. Ends when the signal is aborted; throws
   * `OxbowError` where the server refuses (a wrong key, an unknown stream).
   */
  readonly follow: (filter?: FollowFilter, options?: FollowOptions) => AsyncIterable<Event>;
};

/** The server says something every 15 s: a connection that is silent for longer is dead. */
const SILENCE_MS = 45_000;

/** Where a feed stands. */
type Position = { after: number | undefined; failures: number };

/** Makes `events.follow` of a client. */
export function followEvents(
  transport: Transport,
  { wait = waitFor }: Pick<ClientOptions, "wait">,
): EventFeed["follow"] {
  return async function* follow(filter = {}, options: FollowOptions = {}) {
    const { signal, interrupted } = options;
    const position: Position = { after: filter.after, failures: 0 };
    for (;;) {
      if (signal?.aborted) return;
      try {
        yield* connection(transport, filter, position, options);
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof OxbowError && isRefusal(error)) throw error;
        interrupted?.(error);
      }
      try {
        await wait(Math.random() * longestDelay(position.failures++), signal);
      } catch (error) {
        if (!signal?.aborted) throw error;
      }
    }
  };
}

/** Trying again would bring the same answer. */
const isRefusal = ({ status }: OxbowError): boolean =>
  status >= 400 && status < 500 && status !== 429 && status !== 408;

/** The events of one connection. Throws when it breaks; returns when the server ends it. */
async function* connection(
  transport: Transport,
  filter: FollowFilter,
  position: Position,
  { signal, opened }: FollowOptions,
): AsyncGenerator<Event, void> {
  const { after } = position;
  const silence = new AbortController();
  try {
    const request = transport.open({
      method: "GET",
      path: "/events/live",
      query: { ...filter, after },
      headers: { accept: "text/event-stream" },
      signal: signal ? AbortSignal.any([signal, silence.signal]) : silence.signal,
    });
    const response = await spoken(request, silence);
    const parser = new EventSourceParser();
    for await (const text of textOf(response, silence)) {
      for (const { id, data } of parser.push(text)) {
        if (data === null && id !== undefined) opened?.(Number(id));
        const event = data === null ? undefined : readEvent(JSON.parse(data));
        // What a connection before had sent already is not told twice.
        const known = event !== undefined && event.sequence <= (position.after ?? -1);
        if (id !== undefined) position.after = Math.max(Number(id), position.after ?? 0);
        if (event === undefined || known) continue;
        position.failures = 0;
        yield event;
      }
    }
  } finally {
    silence.abort();
  }
}

/** Waits for the server, and breaks the connection when it says nothing for too long. */
async function spoken<T>(waiting: Promise<T>, silence: AbortController): Promise<T> {
  const tooLong = (): void => silence.abort(new Error("The feed was silent for too long"));
  const timer = setTimeout(tooLong, SILENCE_MS);
  try {
    return await waiting;
  } finally {
    clearTimeout(timer);
  }
}

async function* textOf(response: Response, silence: AbortController): AsyncGenerator<string, void> {
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { done, value } = await spoken(reader.read(), silence);
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } finally {
    // A reader that the signal has broken can't be cancelled once more; there is nothing left to free.
    await reader.cancel().catch(() => undefined);
  }
}
