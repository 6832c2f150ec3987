import type { PublishAnswer, PublishEnd, PublishReceiver, PublishRequest } from "./publish-port.ts";

/** A consumer of the publish port for tests: writes down what it is told, in order. */
export class TestReceiver implements PublishReceiver {
  readonly log: object[] = [];
  readonly bodies: { kind: "audio" | "video"; timestamp: number; body: Buffer }[] = [];
  readonly closed: Promise<{ reason: PublishEnd; detail: string | undefined }>;
  readonly controller: AbortController = new AbortController();
  request: PublishRequest | undefined;
  received = 0;
  refusal: { code: string; description: string } | undefined;
  readonly #close: (end: { reason: PublishEnd; detail: string | undefined }) => void;
  readonly #waiting: { count: number; resolve: () => void }[] = [];

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
    for (const waiter of this.#waiting) if (this.bodies.length >= waiter.count) waiter.resolve();
  }

  /** Resolves when so many messages have come. */
  messages(count: number): Promise<void> {
    if (this.bodies.length >= count) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ count, resolve });
    return promise;
  }

  bytes(count: number): void {
    this.received = count;
  }

  close(reason: PublishEnd, detail?: string): void {
    this.log.push({ close: reason });
    this.#close({ reason, detail });
  }
}
