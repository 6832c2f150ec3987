import type { Millis } from "@oxbow/media";
import type { World } from "../world.ts";
import { DecisionCallback } from "./decision-callback.ts";
import { type Admission, Gate } from "./gate.ts";
import { Listeners } from "./listeners.ts";
import { PlayDecisions } from "./play-decisions.ts";
import { type EventSaver, PlayLog } from "./play-log.ts";
import { type PlaybackKeyStore, PlaybackKeys } from "./playback-keys.ts";
import type { PlayAdmission, PlayAttempt, Titles, ViewRequest } from "./ports.ts";
import { type SignalSource, type SignalWriter, StreamSignal } from "./stream-signal.ts";
import { TokenVerifier } from "./token-verifier.ts";
import type { Viewer } from "./viewer.ts";
import { type ViewerQuery, ViewerTable } from "./viewer-table.ts";

const SWEEP_MS = 5_000;
const LIMITS = { viewers: 50_000 };
const LISTENERS = { listeners: 15_000, ofStream: 15_000, fromAddress: 500 };

export type ViewersOptions = {
  readonly keys: PlaybackKeyStore;
  readonly titles: Titles;
  readonly events: EventSaver;
  readonly signal: SignalSource;
  /** Asked before somebody plays. */
  readonly onPlay: DecisionCallback | undefined;
  /** Whether `play_started` and `play_stopped` are told. */
  readonly playEvents: boolean;
  readonly world: World;
};

/** An answer without an end. */
export type SignalAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly headers: Readonly<Record<string, string>>;
  open(writer: SignalWriter): void;
};

/** A viewer's session as it is shown. */
export type ViewerSession = {
  readonly id: string;
  readonly stream: { readonly id: string; readonly name: string } | null;
  readonly asset: string | null;
  readonly broadcast: string | null;
  readonly protocol: string;
  /** What is played; null where that is not known. */
  readonly rendition: string | null;
  readonly address: string;
  readonly userAgent: string;
  readonly bytes: number;
  readonly since: Millis;
};

/** Who watches: who may, who does, and what they are told. */
export class Viewers implements AsyncDisposable {
  readonly keys: PlaybackKeys;
  readonly #table: ViewerTable;
  readonly #log: PlayLog;
  readonly #gate: Gate;
  readonly #signal: StreamSignal;
  readonly #titles: Titles;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: ViewersOptions) {
    const { world, titles, onPlay } = options;
    this.#titles = titles;
    this.keys = new PlaybackKeys(options.keys, world);
    this.#log = new PlayLog(options.events, world, options.playEvents);
    this.#table = new ViewerTable(world, this.#log, LIMITS);
    this.#signal = new StreamSignal(options.signal, world);
    this.#gate = new Gate({
      titles,
      table: this.#table,
      verifier: new TokenVerifier(this.keys, world),
      listeners: new Listeners(this.#table, LISTENERS),
      decisions: onPlay && new PlayDecisions(onPlay, world),
      world,
    });
  }

  /** Begins to look for those who are gone. */
  start(): void {
    this.#sweep ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
  }

  /** Ends the sessions of those who were silent for too long, and forgets keys that other servers removed. */
  sweep(): void {
    this.#table.sweep((id) => this.#titles.stream(id) !== undefined);
    void this.keys.refresh();
  }

  /** Whether a request of playback goes on, and who counts it. A promise only where that is not known at once. */
  admit(request: ViewRequest): Admission | Promise<Admission> {
    return this.#gate.admit(request);
  }

  /** The same for a player with a connection of its own. */
  admitPlay(attempt: PlayAttempt): Promise<PlayAdmission> {
    return this.#gate.admitPlay(attempt);
  }

  /** Server-sent events that tell how a stream stands, and what happens to it. */
  signal(stream: string): SignalAnswer {
    return {
      contentType: "text/event-stream",
      cacheControl: "no-store",
      // nginx would hold events back until it has many.
      headers: { "X-Accel-Buffering": "no" },
      open: (writer) => this.#signal.open(stream, writer),
    };
  }

  /** Oldest first; one more than `limit`, where there are more. */
  sessions(query: ViewerQuery = {}): readonly ViewerSession[] {
    return this.#table.list(query).map(sessionOf);
  }

  /** Who may watch an asset was changed: asked anew, from now on. */
  assetChanged(asset: string): void {
    this.#gate.assetChanged(asset);
  }

  /** Ends a session and refuses its viewer for a while; false where there is none. */
  kick(session: string): boolean {
    return this.#gate.kick(session);
  }

  /** How many watch a stream now, and the most at a time in this broadcast. */
  count(stream: string, broadcast: string | null): { readonly now: number; readonly peak: number } {
    return this.#table.count(stream, broadcast);
  }

  /** Everybody is shown out, and it is told. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sweep);
    await this.#signal[Symbol.asyncDispose]();
    this.#table.clear();
    await this.#log.flush();
  }
}

function sessionOf({ id, is, rendition, bytes, since }: Viewer): ViewerSession {
  const { audience, broadcast, protocol, address, userAgent } = is;
  const asset = audience.stream ? null : audience.id;
  const { stream } = audience;
  const played = { protocol, rendition, address, userAgent };
  return { id, stream, asset, broadcast, ...played, bytes, since };
}
