import {
  type EventData,
  type EventType,
  Fault,
  type NewEvent,
  newEvent,
  type Told,
} from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import type { World } from "../world.ts";
import { type Announcer, announcer } from "./announce.ts";
import { LiveSession } from "./live-session.ts";
import type { BroadcastOutput, Outputs, PlaybackUrls, StreamStore } from "./ports.ts";
import type { Admission, CloseReason, PublishAttempt, PublishRefusal } from "./publishing.ts";
import { Saver } from "./saver.ts";
import type { FeedTarget } from "./session-feed.ts";
import {
  type EndReason,
  holdingSession,
  openBroadcast,
  type StreamInput,
  step,
  type Windows,
  wakesAt,
} from "./state.ts";
import type { Broadcast, Gap, Stream } from "./stream.ts";
import type { Anchor } from "./timeline.ts";

/** A connection that sent nothing for this long may be replaced by its encoder's next one. */
const STALE_MS = 3_000;
/** An encoder that is stopped and started again at once goes on with its broadcast. */
const SETTLE_MS = 3_000;
/** An encoder that is back has this long to its first keyframe. */
const START_MS = 15_000;

export type ActorPorts = {
  readonly store: StreamStore;
  readonly outputs: Outputs;
  readonly urls: PlaybackUrls;
  readonly world: World;
  /** Told after the end of a broadcast is saved. */
  readonly ended: (stream: Stream, broadcast: Broadcast) => void;
};

/** The one owner of a stream's state: everything that happens to the stream goes through it, in order. */
export class StreamActor {
  readonly #ports: ActorPorts;
  readonly #saver: Saver;
  readonly #announce: Announcer;
  #stream: Stream;
  /** The open broadcast. */
  #broadcast: Broadcast | null;
  #session: LiveSession | null = null;
  #output: BroadcastOutput | null = null;
  /** End of the broadcast's media so far. */
  #floor: Millis | null = null;
  #awayBecause: "reconnect" | "restart" = "reconnect";
  #wake: NodeJS.Timeout | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(stream: Stream, broadcast: Broadcast | null, ports: ActorPorts) {
    this.#stream = stream;
    this.#broadcast = broadcast;
    this.#ports = ports;
    this.#saver = new Saver(ports.store, ports.world);
    this.#announce = announcer(ports.urls);
  }

  get stream(): Stream {
    return this.#stream;
  }

  get broadcast(): Broadcast | null {
    return this.#broadcast;
  }

  get session(): LiveSession | null {
    return this.#session;
  }

  async admit(attempt: PublishAttempt): Promise<Admission> {
    const { name } = this.#stream;
    const holding = this.#session;
    if (holding && this.#ports.world.now() - holding.heardAt < STALE_MS) {
      return refused("already_live", `Cannot publish to "${name}": another encoder is on air`);
    }
    if (this.#saver.full) {
      return refused("unavailable", `Cannot publish to "${name}": the database does not keep up`);
    }
    holding?.close("replaced");
    if (this.#stream.state.at === "ending") await this.#ended;
    if (this.#session) {
      return refused("already_live", `Cannot publish to "${name}": another encoder came first`);
    }
    const session = new LiveSession(this.#ports.world, attempt, {
      target: () => this.#target(session),
      closed: (reason, detail) => this.#sessionClosed(session, reason, detail),
      rejected: (code, message) => this.rejected(attempt, code, message),
    });
    this.#session = session;
    const started = this.#event("publish_started", {
      session: session.id,
      protocol: attempt.protocol,
      address: attempt.address,
      encoder: attempt.encoder,
      tracks: [],
    });
    this.#apply({ do: "admit", session: session.id }, [started]);
    await this.#saver.settled();
    return { ok: true, session };
  }

  /** Tells that an encoder was refused. */
  rejected(attempt: PublishAttempt, code: PublishRefusal, message: string): void {
    const { protocol, address, encoder } = attempt;
    this.#save([this.#event("publish_rejected", { code, message, protocol, address, encoder })]);
  }

  /** Ends the broadcast and disconnects the encoder. Resolves when the end is saved. */
  async end(reason: EndReason): Promise<void> {
    if (this.#stream.state.at === "offline") {
      throw new Fault("stream_offline", `Cannot end "${this.#stream.name}": it is not on air`);
    }
    this.#apply({ do: "end", reason });
    await this.#ended;
    await this.#saver.settled();
  }

  /** After the server has started again: an open broadcast waits for its encoder. */
  async restart(): Promise<void> {
    if (this.#stream.state.at === "offline") return;
    const recorded = await this.#ports.outputs.recorded(this.#stream.id);
    const now = this.#ports.world.now();
    this.#stream = { ...this.#stream, savedAt: now, position: beyond(this.#stream, recorded, now) };
    this.#awayBecause = "restart";
    if (this.#broadcast) {
      const floor = millis(Math.max(recorded?.to ?? 0, this.#broadcast.from));
      this.#floor = floor;
      const sessions = this.#broadcast.sessions.map((session) =>
        session.to === null ? { ...session, to: floor, reason: "lost" as const } : session,
      );
      this.#broadcast = { ...this.#broadcast, sessions };
    }
    this.#apply({ do: "restart" });
    await this.#saver.settled();
  }

  /** Changes what the owner decides. */
  async update(
    change: Partial<Pick<Stream, "title" | "key" | "policy">>,
    event: (stream: Stream) => NewEvent,
  ): Promise<void> {
    const { title, key, policy } = this.#stream;
    this.#stream = { ...this.#stream, ...change };
    try {
      await this.#saver.save(this.#stream, this.#broadcast, [event(this.#stream)]);
    } catch (cause) {
      this.#stream = { ...this.#stream, title, key, policy };
      throw cause;
    }
  }

  /** Lets go of encoder and timers; an open broadcast stays open for the next start. */
  async suspend(): Promise<void> {
    this.#session?.close("ended", "the server stops");
    clearTimeout(this.#wake);
    await this.#output?.end();
    await this.#saver.close();
  }

  get #windows(): Windows {
    const { reconnectWindow, endOnUnpublish } = this.#stream.policy;
    return {
      reconnectMs: reconnectWindow * 1000,
      settleMs: SETTLE_MS,
      startMs: START_MS,
      endOnUnpublish,
    };
  }

  /** One step of the state machine, its effects, and its save. */
  #apply(input: StreamInput, also: readonly NewEvent[] = []): void {
    const before = this.#stream.state;
    const [state, told] = step(before, input, this.#ports.world.now(), this.#windows);
    this.#stream = { ...this.#stream, state };
    // A timer may be early by the wall clock, which is also set now and then: look again.
    if (state !== before || input.do === "tick") this.#schedule();
    if (this.#broadcast && state.at === "interrupted") {
      this.#broadcast = { ...this.#broadcast, state: "interrupted", to: this.#floor };
    }
    const ended = told.find((event) => event.type === "broadcast_ended");
    if (ended && this.#broadcast) this.#broadcast = this.#endedBroadcast(ended.reason);
    const events = told.map((event) =>
      this.#announce(event, this.#stream, this.#broadcast, this.#session?.feed.tracks ?? []),
    );
    if (state !== before || also.length > 0) this.#save([...also, ...events]);
    if (ended) this.#closeBroadcast();
    const held = holdingSession(before);
    if (held && held !== holdingSession(state)) this.#session?.close("ended");
    if (state.at === "ending" && before.at !== "ending") this.#ended = this.#finish();
  }

  #schedule(): void {
    clearTimeout(this.#wake);
    const at = wakesAt(this.#stream.state);
    if (at === null) return;
    const wait = Math.max(0, at - this.#ports.world.now());
    this.#wake = setTimeout(() => this.#apply({ do: "tick" }), wait);
  }

  /** The first picture of a session: opens the broadcast, or goes on with the open one. */
  #target(session: LiveSession): FeedTarget {
    const { world, outputs, urls } = this.#ports;
    const open = this.#broadcast;
    const id = open?.id ?? world.id("brd");
    // Its first segment fixed the target duration: it was told, before a restart of the server.
    const told = this.#stream.position.targetDuration !== null;
    this.#output ??= outputs.open(this.#stream, id, this.#stream.position, () => {
      if (told) return;
      const afterMs = world.now() - session.since;
      this.#save([
        this.#event("playback_ready", { playback: urls.live(this.#stream.name), afterMs }),
      ]);
    });
    return {
      output: this.#output,
      open: open ? { origin: open.origin, floor: this.#floor ?? open.from } : null,
      reason: open ? this.#awayBecause : "start",
      began: (anchor) => this.#began(session, id, anchor),
    };
  }

  #began(session: LiveSession, id: string, anchor: Anchor): void {
    const open = this.#broadcast;
    const gaps = open ? [...open.gaps, ...this.#gapUntil(anchor.wall)] : [];
    this.#broadcast = {
      id,
      stream: this.#stream.id,
      state: "live",
      from: open?.from ?? anchor.wall,
      to: null,
      origin: anchor.origin,
      sessions: [...(open?.sessions ?? []), session.record()],
      gaps,
      endReason: null,
    };
    this.#awayBecause = "reconnect";
    this.#apply({ do: "keyframe", session: session.id, broadcast: id });
  }

  #gapUntil(to: Millis): readonly Gap[] {
    const from = this.#floor;
    return from !== null && from < to ? [{ from, to, reason: this.#awayBecause }] : [];
  }

  #sessionClosed(session: LiveSession, reason: CloseReason, detail: string | undefined): void {
    if (this.#session !== session) return;
    const now = this.#ports.world.now();
    this.#session = null;
    this.#floor = session.feed.end() ?? this.#floor;
    const unpublished = reason === "unpublish";
    const stops = unpublished && this.#stream.policy.endOnUnpublish;
    this.#output?.interrupt(!stops && this.#stream.state.at !== "ending");
    if (this.#broadcast) {
      const record = session.record(reason, this.#floor ?? now);
      const sessions = this.#broadcast.sessions.map((kept) =>
        kept.id === record.id ? record : kept,
      );
      this.#broadcast = { ...this.#broadcast, sessions };
    }
    const stopped = this.#event("publish_stopped", {
      session: session.id,
      reason,
      detail: detail ?? null,
      duration: (now - session.since) / 1000,
      bytes: session.bytes,
    });
    this.#apply({ do: "lose", session: session.id, unpublished }, [stopped]);
  }

  /** Leaves the air: the last segment is sealed, and then the end is told. */
  async #finish(): Promise<void> {
    const output = this.#output;
    try {
      await output?.end();
    } catch (error) {
      // The end is told all the same: viewers and exports wait for it.
      this.#ports.world.log.error({ err: error, stream: this.#stream.name }, "output did not end");
    }
    if (output) {
      const position = { ...output.position(), targetDuration: null };
      this.#stream = { ...this.#stream, position };
    }
    this.#output = null;
    this.#apply({ do: "sealed" });
  }

  #endedBroadcast(reason: EndReason): Broadcast | null {
    const open = this.#broadcast;
    return open && { ...open, state: "ended", to: this.#floor ?? open.from, endReason: reason };
  }

  #closeBroadcast(): void {
    const [stream, broadcast] = [this.#stream, this.#broadcast];
    if (broadcast) void this.#saver.settled().then(() => this.#ports.ended(stream, broadcast));
    this.#broadcast = null;
    this.#floor = null;
    this.#awayBecause = "reconnect";
  }

  #event<T extends EventType>(type: T, data: Told<EventData[T]>): NewEvent {
    const stream = { id: this.#stream.id, name: this.#stream.name };
    const broadcast = openBroadcast(this.#stream.state);
    return newEvent(type, data, broadcast ? { stream, broadcast } : { stream });
  }

  #save(events: readonly NewEvent[]): void {
    const position = this.#output?.position() ?? this.#stream.position;
    this.#stream = { ...this.#stream, position, savedAt: this.#ports.world.now() };
    this.#saver.save(this.#stream, this.#broadcast, events).catch((error: unknown) => {
      const types = events.map((event) => event.type);
      const { name } = this.#stream;
      this.#ports.world.log.error({ err: error, stream: name, events: types }, "stream not saved");
    });
  }
}

/** What was used of the numbers since the last save is not known: every entry lasts a second or more. */
function beyond(
  stream: Stream,
  recorded: { readonly nextSegment: number } | null,
  now: Millis,
): Stream["position"] {
  const passed = Math.max(0, Math.ceil((now - stream.savedAt) / 1000)) + 1;
  const { segment, mediaSequence, discontinuity, targetDuration } = stream.position;
  return {
    segment: Math.max(recorded?.nextSegment ?? 0, segment + passed),
    mediaSequence: mediaSequence + passed,
    discontinuity: discontinuity + 1,
    targetDuration,
  };
}

function refused(code: PublishRefusal, message: string): Admission {
  return { ok: false, code, message };
}
