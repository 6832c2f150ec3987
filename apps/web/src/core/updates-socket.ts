import { BEAT_MS, closeCodes, type FromPage, type ToPage } from "@oxbow/site-contract/updates";
import { type TopicListener, UpdatesTopics } from "./updates-topics.ts";

/** How the page hears of changes: `waiting` for the next try; `resting`, as nobody looks or listens. */
export type Connection = "connecting" | "connected" | "waiting" | "resting";

/** What a socket must know of its page. */
export type PageLife = {
  readonly isHidden: () => boolean;
  readonly isOnline: () => boolean;
  /** Calls when either changes. Answers how to stop it. */
  readonly watch: (changed: () => void) => () => void;
};

export type UpdatesSocketOptions = {
  /** `wss://site.example/api/updates` */
  readonly url: string;
  readonly life: PageLife;
  /** The first wait after a connection broke, in milliseconds; doubled each time, up to sixty of it. */
  readonly retryMs?: number;
};

const RETRY_MS = 500;
/** A connection that lasted this long begins the waits anew. */
const STEADY_MS = 10_000;
/** A socket that hears nothing for this long is no more. */
const SILENCE_MS = 2 * BEAT_MS + 10_000;
/** Nobody looks for this long: the socket is given back. */
const HIDDEN_MS = 5 * 60_000;
/** Between two changes of what is listened to; the server counts messages. */
const GATHER_MS = 250;
/** Pages that are sent away by a restart come back within this time, not all at once. */
const RESTART_MS = 3_000;

/** One socket for all that listens on this page. It goes on after each cut, where it was cut off. */
export class UpdatesSocket {
  readonly #options: UpdatesSocketOptions;
  readonly #topics = new UpdatesTopics();
  readonly #watchers = new Set<() => void>();
  readonly #stopWatching: () => void;
  #state: Connection = "resting";
  #socket: WebSocket | null = null;
  #who = "";
  #tries = 0;
  #openedAt = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #say: ReturnType<typeof setTimeout> | undefined;
  #saidAt = 0;

  constructor(options: UpdatesSocketOptions) {
    this.#options = options;
    this.#stopWatching = options.life.watch(() => this.#onLife());
  }

  get state(): Connection {
    return this.#state;
  }

  /** Calls when `state` changes. Answers how to stop it. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Listens until what it answers is called. */
  listen(listener: TopicListener): () => void {
    const stop = this.#topics.add(listener, Date.now());
    this.#change();
    return () => {
      stop();
      this.#change();
    };
  }

  /** Whose session it is, in any words. A socket that was another's is opened anew. */
  belongTo(who: string): void {
    if (who === this.#who) return;
    this.#who = who;
    if (this.#socket !== null) this.#again(closeCodes.session);
  }

  /** Ends for good. */
  close(): void {
    this.#stopWatching();
    this.#end("resting");
  }

  /** What is listened to has changed: soon the server is told, once for all changes of this moment. */
  #change(): void {
    if (this.#state === "resting") {
      if (this.#topics.size > 0 && !this.#options.life.isHidden()) this.#open();
      return;
    }
    const wait = Math.max(0, this.#saidAt + GATHER_MS - Date.now());
    this.#say ??= setTimeout(() => {
      this.#say = undefined;
      if (this.#socket?.readyState === WebSocket.OPEN) this.#sayAll();
    }, wait);
  }

  #sayAll(): void {
    this.#saidAt = Date.now();
    this.#send({ listen: this.#topics.all() });
  }

  #open(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#turn("connecting");
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    this.#listenForSilence();
    socket.addEventListener("open", () => {
      if (this.#socket !== socket) return;
      this.#openedAt = Date.now();
      // What goes on goes on first; what is new begins after it.
      const resumption = this.#topics.resumption();
      if (resumption !== null) this.#send(resumption);
      if (resumption?.listen.length !== this.#topics.size) this.#sayAll();
    });
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket) this.#take(data);
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.#socket === socket) this.#again(code);
    });
  }

  #take(data: unknown): void {
    this.#listenForSilence();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of our own server, in the contract's words
    const said = JSON.parse(String(data)) as ToPage;
    if ("updates" in said) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
      this.#topics.take(said.updates as Parameters<UpdatesTopics["take"]>[0]);
    } else if ("gauge" in said) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- likewise
      this.#topics.takeGauge(said.gauge as Parameters<UpdatesTopics["takeGauge"]>[0]);
    } else if ("listening" in said) {
      const { listening, last, lost } = said;
      this.#topics.hear(listening, last, { lost, now: Date.now() });
      this.#turn("connected");
    } else if ("refused" in said) {
      this.#topics.refuse(said.refused);
    } else {
      this.#topics.reach(said.last);
    }
  }

  /** The socket is closed: another is opened, at a time that differs from page to page. */
  #again(code: number): void {
    if (this.#openedAt > 0 && Date.now() - this.#openedAt > STEADY_MS) this.#tries = 0;
    this.#end("waiting");
    if (this.#topics.size === 0) return this.#turn("resting");
    const { retryMs = RETRY_MS } = this.#options;
    const most = retryMs * Math.min(60, 2 ** this.#tries++);
    const wait =
      code === closeCodes.session && this.#tries < 3
        ? retryMs * Math.random()
        : code === closeCodes.restart && this.#tries < 3
          ? (retryMs / RETRY_MS) * RESTART_MS * Math.random()
          : most * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => this.#open(), wait);
  }

  #onLife(): void {
    const { isHidden, isOnline } = this.#options.life;
    clearTimeout(this.#rest);
    this.#rest = undefined;
    if (isHidden()) {
      this.#rest = setTimeout(() => this.#end("resting"), HIDDEN_MS);
    } else if (this.#topics.size > 0 && isOnline()) {
      if (this.#state === "resting" || this.#state === "waiting") this.#open();
    }
  }

  #end(state: "waiting" | "resting"): void {
    for (const timer of [this.#retry, this.#silence, this.#say]) clearTimeout(timer);
    this.#say = undefined;
    const socket = this.#socket;
    this.#socket = null;
    this.#openedAt = 0;
    socket?.close();
    this.#turn(state);
  }

  #listenForSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#again(0), SILENCE_MS);
  }

  #send(message: FromPage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #turn(state: Connection): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}
