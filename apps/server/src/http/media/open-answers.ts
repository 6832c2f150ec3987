import { Fault } from "@oxbow/contract";
import type { MediaWriter } from "./media-stream.ts";

type Closable = Pick<MediaWriter, "close">;

/** Of a response: whether somebody is still there for it. */
type Closing = {
  once(event: "close", listener: () => void): unknown;
  off(event: "close", listener: () => void): unknown;
};

/** Answers that are not over at once: those that are held, and those without an end. As many as there are requests. */
export class OpenAnswers {
  readonly #held = new Set<(fault: Fault) => void>();
  readonly #streams = new Set<Closable>();
  #released = false;

  /**
   * What `found` resolves to. Rejects when the viewer leaves, or the server stops; `gone` is aborted
   * then, whether or not the other side takes notice.
   */
  hold<T>(response: Closing, gone: AbortController, found: Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const end = (fault: Fault) => {
      forget();
      gone.abort(fault);
      reject(fault);
    };
    const left = () => end(new Fault("unavailable", "The viewer left"));
    const forget = () => {
      this.#held.delete(end);
      response.off("close", left);
    };
    if (this.#released) end(stopping());
    else {
      this.#held.add(end);
      response.once("close", left);
    }
    found.then(
      (answer) => {
        forget();
        resolve(answer);
        return undefined;
      },
      (error: unknown) => {
        forget();
        reject(error);
      },
    );
    return promise;
  }

  /** An endless answer began. */
  add(stream: Closable): void {
    if (this.#released) stream.close();
    else this.#streams.add(stream);
  }

  delete(stream: Closable): void {
    this.#streams.delete(stream);
  }

  /** Ends all of them, and each that comes after. */
  release(): void {
    this.#released = true;
    for (const end of [...this.#held]) end(stopping());
    for (const stream of [...this.#streams]) stream.close();
  }
}

const stopping = () => new Fault("unavailable", "The server is stopping");
