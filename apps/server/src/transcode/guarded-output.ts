import type { Frame } from "@oxbow/media";
import type { RenditionOutput } from "./ports.ts";

/**
 * An output whose mistakes are its own: what it throws reaches neither the source, in whose calls it is
 * called, nor the other renditions. It gets nothing more until frames begin anew.
 */
export class GuardedOutput implements RenditionOutput {
  readonly #output: RenditionOutput;
  readonly #failed: (error: unknown) => void;
  #isOff = false;

  constructor(output: RenditionOutput, failed: (error: unknown) => void) {
    this.#output = output;
    this.#failed = failed;
  }

  begin(stretch: Parameters<RenditionOutput["begin"]>[0]): void {
    this.#isOff = false;
    this.#try(() => this.#output.begin(stretch));
  }

  frame(frame: Frame): void {
    if (this.#isOff) return;
    // As `#try`, without a function for each frame.
    try {
      this.#output.frame(frame);
    } catch (error) {
      this.#fail(error);
    }
  }

  finish(clean: boolean): void {
    if (!this.#isOff) this.#try(() => this.#output.finish(clean));
  }

  lost(): void {
    this.#try(() => this.#output.lost());
  }

  end(): void {
    this.#try(() => this.#output.end());
  }

  #try(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const first = !this.#isOff;
    this.#isOff = true;
    this.#failed(error);
    // What it had open is not whole.
    if (first) this.#try(() => this.#output.finish(false));
  }
}
