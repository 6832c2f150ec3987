import type { Output } from "./io.ts";
import { bytesText, secondsText } from "./print.ts";

const WIDTH = 24;

/** A line that says how far a job is, drawn over itself; silent where there is no terminal. */
export class ProgressBar {
  readonly #out: Output;
  #drawn = false;

  constructor(out: Output) {
    this.#out = out;
  }

  show(progress: { percent: number; bytes: number; secondsLeft: number | null }): void {
    const { percent, bytes, secondsLeft } = progress;
    const full = Math.round((Math.min(100, percent) / 100) * WIDTH);
    const left = secondsLeft === null ? "" : `, ${secondsText(secondsLeft)} left`;
    const bar = `${"█".repeat(full)}${"░".repeat(WIDTH - full)}`;
    this.#draw(`${bar} ${Math.floor(percent)} %, ${bytesText(bytes)}${left}`);
  }

  say(text: string): void {
    this.#draw(text);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#drawn) this.#out.write("\r\u001B[K");
    this.#drawn = false;
  }

  #draw(text: string): void {
    if (!this.#out.isTTY) return;
    this.#out.write(`\r${text.slice(0, this.#out.columns - 1)}\u001B[K`);
    this.#drawn = true;
  }
}
