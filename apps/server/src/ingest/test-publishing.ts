import { Fault } from "@oxbow/contract";
import type { Frame, Track } from "@oxbow/media";
import type {
  Admission,
  CloseReason,
  PublishAttempt,
  Publishing,
  PublishRefusal,
  PublishSession,
} from "../streams/index.ts";

/** A publish session for tests: keeps what it is told. Ended by `reject`, as the real one is. */
export class TestSession implements PublishSession {
  readonly id = "ses_test";
  readonly tracks: Track[] = [];
  readonly frames: Frame[] = [];
  readonly rejections: { code: PublishRefusal; message: string }[] = [];
  readonly values: Readonly<Record<string, unknown>>[] = [];
  readonly closed: Promise<CloseReason>;
  total = 0;
  readonly #controller = new AbortController();
  readonly #close: (reason: CloseReason) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<CloseReason>();
    this.closed = promise;
    this.#close = resolve;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  configure(track: Track): void {
    this.tracks.push(track);
  }

  metadata(values: Readonly<Record<string, unknown>>): void {
    this.values.push(values);
  }

  frame(frame: Frame): void {
    this.frames.push(frame);
  }

  received(bytes: number): void {
    this.total += bytes;
  }

  isAhead(): boolean {
    return false;
  }

  room(): undefined {
    return undefined;
  }

  reject(code: PublishRefusal, message: string): void {
    this.rejections.push({ code, message });
    this.#controller.abort(new Fault(code, message));
  }

  close(reason: CloseReason): void {
    this.#close(reason);
    this.#controller.abort(new Fault("conflict", `Publishing ended, ${reason}`));
  }
}

/** Admits every encoder to one session, or refuses it. */
export class TestPublishing implements Publishing {
  readonly attempts: PublishAttempt[] = [];
  readonly session = new TestSession();
  refusal: { code: PublishRefusal; message: string } | undefined;

  admit(attempt: PublishAttempt): Promise<Admission> {
    this.attempts.push(attempt);
    return Promise.resolve(
      this.refusal === undefined
        ? { ok: true, session: this.session }
        : { ok: false, ...this.refusal },
    );
  }
}
