import type { Readable } from "node:stream";

/** Characters that are kept: the last lines say why a program ended. */
const MOST = 4096;

/** Keeps the end of what a program writes to its standard error, however much it is. */
export class LastWords {
  #text = "";

  constructor(from: Readable) {
    from.setEncoding("utf8");
    from.on("data", (piece: string) => {
      this.#text = (this.#text + piece).slice(-MOST);
    });
  }

  get text(): string {
    return this.#text.trim();
  }
}
