import type { PublishAnswer, PublishEnd, PublishReceiver, PublishRequest } from "./publish-port.ts";

/** A consumer of the publish port for tests: writes down what it is told, in order. */
export class TestReceiver implements PublishReceiver {
  readonly log: object[] = [];
  readonly bodies: { kind: "audio" | "video"; timestamp: number; body: Buffer }[] = [];
  readonly closed: Promise<{ reason: PublishEnd; detail: string | undefined }>;
  readonly controller: AbortController = new AbortController();
  request: PublishRequest | undefined;
  received = 0;
  ahead = false;
  /** What the server is to wait for before it reads on. */
  holding: PromiseWithResolvers<void> | undefined;
  refusal: { code: string; description: string } | undefined;
  readonly #close: (end: { reason: PublishEnd; detail: string | undefined }) => void;
  readonly #waiting: { over: () => boolean; resolve: () => void }[] = [];
  #reads = 0;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<{
      reason: PublishEnd;
      detail: string | undefined;
    }>();
    this.closed = promise;
    this.#close = resolve;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  readonly admit = (request: PublishRequest): Promise<PublishAnswer> => {
    const { app, streamKey, query, encoder } = request;
    this.request = request;
    this.log.push({ admit: { app, streamKey, query: query.toString(), encoder } });
    if (this.refusal !== undefined) return Promise.resolve({ ok: false, ...this.refusal });
    return Promise.resolve({ ok: true, receiver: this });
  };

  metadata(values: Readonly<Record<string, unknown>>): void {
    this.log.push({ metadata: { ...values } });
  }

  message(kind: "audio" | "video", timestamp: number, body: Buffer): void {
    this.log.push({ [kind]: timestamp, bytes: body.length });
    this.bodies.push({ kind, timestamp, body });
    this.#wake();
  }

  bytes(count: number): void {
    this.received = count;
    this.#reads += 1;
    this.#wake();
  }

  isAhead(): boolean {
    return this.ahead;
  }

  room(): Promise<void> | undefined {
    return this.holding?.promise;
  }

  /** Resolves when so many messages have come. */
  messages(count: number): Promise<void> {
    return this.#until(() => this.bodies.length >= count);
  }

  /** Resolves when bytes have come so many times. */
  reads(count: number): Promise<void> {
    return this.#until(() => this.#reads >= count);
  }

  #until(over: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ over, resolve });
    this.#wake();
    return promise;
  }

  #wake(): void {
    for (const { over, resolve } of this.#waiting) if (over()) resolve();
  }

  close(reason: PublishEnd, detail?: string): void {
    this.log.push({ close: reason });
    // A consumer may abort its signal at the end of every session, whoever ended it.
    this.controller.abort(new Error("The session is over"));
    this.#close({ reason, detail });
  }
}
