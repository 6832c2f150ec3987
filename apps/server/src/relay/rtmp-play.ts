import type { ErrorCode } from "@oxbow/contract";
import type { PlayAnswer, PlayEnd, PlayRequest, PlaySource, PlayWriter } from "@oxbow/rtmp";
import type { Reading, Relay } from "./relay.ts";

/** The application of `rtmp://HOST/play/{stream}`. */
const APP = "play";

/** Somebody wants to watch a stream over RTMP. */
export type PlayAttempt = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly protocol: "rtmp";
  /** As `play/{stream}?token=…` gave it. */
  readonly token: string | null;
  /** Remote address and port. */
  readonly address: string;
  /** What the player calls itself. */
  readonly client: string | null;
};

/** A viewer that was let in. */
export interface PlaySession {
  /** The stream begins for him. `bytes` is what he has been sent so far; `close` shows him out. */
  began?(play: { readonly bytes: number; close(): void }): void;
  /** Called once, whether or not it began. */
  ended?(reason: PlayEnd, bytes: number): void;
}

export type PlayAdmission =
  | { readonly ok: true; readonly session?: PlaySession }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Who may watch. */
export interface PlayGate {
  admitPlay(attempt: PlayAttempt): PlayAdmission | Promise<PlayAdmission>;
}

export type RtmpPlayOptions = {
  readonly relay: Relay;
  /** A stream by id or name. */
  readonly find: (idOrName: string) => { readonly id: string; readonly name: string } | undefined;
  readonly gate: PlayGate;
};

/**
 * Answers who wants to play over RTMP. A stream that is not on air is refused at once, as over HTTP:
 * players and relays ask again by themselves, and one that waits would look like one that plays.
 */
export function rtmpPlay(options: RtmpPlayOptions): (request: PlayRequest) => Promise<PlayAnswer> {
  const { relay, find, gate } = options;
  return async ({ app, name, query, address, client }) => {
    if (app !== APP) return notFound(`Play streams as "${APP}/NAME"`);
    const stream = find(name);
    if (!stream) return notFound(`There is no stream "${name}"`);
    const token = query.get("token");
    const attempt = { stream, protocol: "rtmp", token, address, client } as const;
    const admission = await gate.admitPlay(attempt);
    if (!admission.ok) {
      return { ok: false, code: "NetStream.Play.Failed", description: admission.message };
    }
    const { session } = admission;
    if (!relay.isOnAir(stream.id)) {
      session?.ended?.("ended", 0);
      return notFound(`"${stream.name}" is not on air`);
    }
    return { ok: true, source: new RtmpPlayer(relay, stream.id, session) };
  };
}

function notFound(description: string): PlayAnswer {
  return { ok: false, code: "NetStream.Play.StreamNotFound", description };
}

/** One player over RTMP. */
class RtmpPlayer implements PlaySource {
  readonly #relay: Relay;
  readonly #stream: string;
  readonly #session: PlaySession | undefined;
  #reading: Reading | undefined;

  constructor(relay: Relay, stream: string, session: PlaySession | undefined) {
    this.#relay = relay;
    this.#stream = stream;
    this.#session = session;
  }

  begin(writer: PlayWriter): void {
    const reading = this.#relay.rtmp(this.#stream, writer);
    if (!reading) return writer.close("ended");
    this.#reading = reading;
    this.#session?.began?.({
      get bytes() {
        return reading.bytes;
      },
      close: () => writer.close("removed"),
    });
  }

  pause(paused: boolean): void {
    this.#reading?.pause(paused);
  }

  close(reason: PlayEnd): void {
    this.#reading?.leave();
    this.#session?.ended?.(reason, this.#reading?.bytes ?? 0);
  }
}
