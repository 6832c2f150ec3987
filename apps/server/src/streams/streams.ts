import { createHash, randomBytes } from "node:crypto";
import { Fault, type NewEvent } from "@oxbow/contract";

import type { World } from "../world.ts";
import type { LiveSession } from "./live-session.ts";
import type { Outputs, PlaybackUrls, StreamStore } from "./ports.ts";
import type { Admission, PublishAttempt, Publishing, PublishPermit } from "./publishing.ts";
import type { Broadcast, Stream, StreamPolicy } from "./stream.ts";
import { type ActorPorts, StreamActor } from "./stream-actor.ts";

/** A stream as it is now, with its open broadcast. */
export type StreamNow = { readonly stream: Stream; readonly broadcast: Broadcast | null };

/** Broadcasts that were open when the server was stopped or died. */
export type StreamsRecovery = {
  readonly resumed: readonly string[];
  readonly closed: readonly string[];
};

export type NewStream = {
  readonly name: string;
  readonly title: string | null;
  readonly policy: StreamPolicy;
};

/** The name stays: it is in every URL that was handed out. */
export type StreamChange = {
  readonly title?: string | null;
  readonly policy?: Partial<StreamPolicy>;
};

export type StreamsOptions = {
  readonly store: StreamStore;
  readonly outputs: Outputs;
  readonly urls: PlaybackUrls;
  readonly world: World;
  /** Told after the end of a broadcast is saved. */
  readonly ended?: (stream: Stream, broadcast: Broadcast) => void;
  /** Asked after the key was found good, and before the encoder is admitted. */
  readonly permit?: PublishPermit | undefined;
};

/** Every stream of the server: the door to what is on air. */
export class Streams implements Publishing, AsyncDisposable {
  readonly #ports: ActorPorts;
  readonly #actors = new Map<string, StreamActor>();
  readonly #byName = new Map<string, StreamActor>();
  /** By the digest of the key, so that finding one takes the same time whatever its first letters are. */
  readonly #byKey = new Map<string, StreamActor>();
  readonly #permit: PublishPermit | undefined;
  #closing = false;

  constructor(options: StreamsOptions) {
    const { store, outputs, urls, world } = options;
    const ended = options.ended ?? (() => {});
    this.#ports = { store, outputs, urls, world, ended };
    this.#permit = options.permit;
  }

  /** Loads the streams; open broadcasts go into their reconnect window, those that were ending end. */
  async start(): Promise<StreamsRecovery> {
    for (const { stream, broadcast } of await this.#ports.store.load()) {
      this.#index(new StreamActor(stream, broadcast, this.#ports));
    }
    const [resumed, closed]: [string[], string[]] = [[], []];
    for (const actor of this.#actors.values()) {
      const open = actor.broadcast?.id;
      await actor.restart();
      if (open !== undefined) (actor.broadcast ? resumed : closed).push(open);
    }
    return { resumed, closed };
  }

  list(): readonly StreamNow[] {
    return [...this.#actors.values()].map(now);
  }

  /** By id or name; Fault `stream_unknown`. */
  get(idOrName: string): StreamNow {
    return now(this.#actor(idOrName));
  }

  find(idOrName: string): StreamNow | undefined {
    const actor = this.#actors.get(idOrName) ?? this.#byName.get(idOrName);
    return actor && now(actor);
  }

  /** The sessions that publish now. */
  sessions(): readonly { readonly stream: Stream; readonly session: LiveSession }[] {
    return [...this.#actors.values()].flatMap(({ stream, session }) =>
      session ? [{ stream, session }] : [],
    );
  }

  session(idOrName: string): LiveSession | null {
    return this.#actor(idOrName).session;
  }

  async admit(attempt: PublishAttempt): Promise<Admission> {
    if (this.#closing) {
      return { ok: false, code: "unavailable", message: "Cannot publish: the server stops" };
    }
    const actor = this.#byKey.get(digest(attempt.key));
    const named = attempt.name === null || attempt.name === actor?.stream.name;
    if (!actor || !named) return this.#refuseKey(attempt);
    const refusal = await this.#permit?.(actor.stream, attempt);
    // It took a while to ask: the stream may be gone, and the server too.
    if (this.#closing || this.#actors.get(actor.stream.id) !== actor)
      return this.#refuseKey(attempt);
    const admission = refusal ? { ok: false as const, ...refusal } : await actor.admit(attempt);
    if (!admission.ok) actor.rejected(attempt, admission.code, admission.message);
    return admission;
  }

  /** Fault `stream_name_taken`. */
  async create(wish: NewStream): Promise<StreamNow> {
    const { world, store } = this.#ports;
    if (this.#byName.has(wish.name)) throw nameTaken(wish.name);
    const at = world.now();
    const stream: Stream = {
      ...wish,
      id: world.id("str"),
      key: newKey(),
      state: { at: "offline" },
      position: { segment: 0, mediaSequence: 0, discontinuity: 0, targetDuration: null },
      savedAt: at,
      createdAt: at,
    };
    const actor = new StreamActor(stream, null, this.#ports);
    this.#index(actor);
    try {
      await store.create(stream, [changed("stream_created", stream, describe(stream))]);
    } catch (cause) {
      this.#unindex(actor);
      throw cause;
    }
    return now(actor);
  }

  /** Fault `stream_unknown`. */
  async update(idOrName: string, change: StreamChange): Promise<StreamNow> {
    const actor = this.#actor(idOrName);
    const { title, policy } = actor.stream;
    const next = {
      title: change.title === undefined ? title : change.title,
      policy: { ...policy, ...change.policy },
    };
    const names = [
      ...(change.title === undefined ? [] : ["title"]),
      ...Object.keys(change.policy ?? {}),
    ];
    await actor.update(next, (stream) => changed("stream_updated", stream, { changed: names }));
    return now(actor);
  }

  /** Gives the stream a new key; the old one stops admitting. An encoder on air stays. */
  async resetKey(idOrName: string): Promise<StreamNow> {
    const actor = this.#actor(idOrName);
    this.#unindex(actor);
    try {
      await actor.update({ key: newKey() }, (stream) =>
        changed("stream_updated", stream, { changed: ["key"] }),
      );
    } finally {
      this.#index(actor);
    }
    return now(actor);
  }

  /** Ends the broadcast; Fault `stream_unknown`, `stream_offline`. */
  async end(idOrName: string): Promise<StreamNow> {
    const actor = this.#actor(idOrName);
    await actor.end("api");
    return now(actor);
  }

  /** Disconnects an encoder; its broadcast goes into the reconnect window. */
  kick(session: string): boolean {
    const held = this.sessions().find((entry) => entry.session.id === session);
    held?.session.close("kicked", "an operator ended the session");
    return held !== undefined;
  }

  /** Removes an offline stream; Fault `stream_unknown`, `stream_live`. */
  async remove(idOrName: string): Promise<Stream> {
    const actor = this.#actor(idOrName);
    const { stream } = actor;
    if (stream.state.at !== "offline") {
      throw new Fault("stream_live", `Cannot delete "${stream.name}": it is on air, end it first`);
    }
    this.#unindex(actor);
    try {
      const event = changed("stream_deleted", stream, { name: stream.name });
      await this.#ports.store.remove(stream, this.#ports.world.now(), [event]);
    } catch (cause) {
      this.#index(actor);
      throw cause;
    }
    return stream;
  }

  /** Disconnects every encoder. Open broadcasts stay open for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#actors.values()].map((actor) => actor.suspend()));
  }

  #actor(idOrName: string): StreamActor {
    const actor = this.#actors.get(idOrName) ?? this.#byName.get(idOrName);
    if (!actor) throw new Fault("stream_unknown", `There is no stream "${idOrName}"`);
    return actor;
  }

  #index(actor: StreamActor): void {
    this.#actors.set(actor.stream.id, actor);
    this.#byName.set(actor.stream.name, actor);
    this.#byKey.set(digest(actor.stream.key), actor);
  }

  #unindex(actor: StreamActor): void {
    this.#actors.delete(actor.stream.id);
    this.#byName.delete(actor.stream.name);
    this.#byKey.delete(digest(actor.stream.key));
  }

  async #refuseKey(attempt: PublishAttempt): Promise<Admission> {
    const { protocol, address, encoder } = attempt;
    const message = "Cannot publish: no stream has this key, copy server and key again";
    const data = { code: "key_unknown", message, protocol, address, encoder };
    await this.#ports.store.tell([{ type: "publish_rejected", data }]);
    return { ok: false, code: "key_unknown", message };
  }
}

function now(actor: StreamActor): StreamNow {
  return { stream: actor.stream, broadcast: actor.broadcast };
}

function digest(key: string): string {
  return createHash("sha256").update(key).digest("base64url");
}

/** 192 random bits in `A-Za-z0-9_-`, which every encoder takes without escaping. */
function newKey(): string {
  return randomBytes(24).toString("base64url");
}

function nameTaken(name: string): Fault {
  return new Fault("stream_name_taken", `Another stream is called "${name}"`, { field: "name" });
}

function changed(
  type: NewEvent["type"],
  stream: Stream,
  data: Readonly<Record<string, unknown>>,
): NewEvent {
  return { type, stream: { id: stream.id, name: stream.name }, data };
}

function describe(stream: Stream): Readonly<Record<string, unknown>> {
  const { name, title, policy } = stream;
  return { name, title, ...policy };
}
