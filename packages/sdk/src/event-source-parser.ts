/** One message of a server-sent event stream; `data` is null where it only moves the position. */
export type Message = { readonly id: string | undefined; readonly data: string | null };

/** Longer than any event; what is longer is no event stream. */
const LONGEST_LINE = 8 * 1_048_576;

/**
 * Takes the text of an event stream in pieces and returns what is complete (HTML Standard §9.2.6).
 * `event` and `retry` are not needed here: the type stands in the data, and the pace is ours.
 */
export class EventSourceParser {
  #rest = "";
  #data: string[] = [];
  #id: string | undefined;
  #moved = false;
  #begun = false;

  push(text: string): Message[] {
    // A byte order mark may stand before the first line.
    this.#rest += this.#begun ? text : text.replace(/^\uFEFF/, "");
    this.#begun ||= text !== "";
    const messages: Message[] = [];
    let from = 0;
    for (;;) {
      const end = this.#rest.slice(from).search(/\r\n|\n|\r(?!$)/);
      if (end < 0) break;
      const line = this.#rest.slice(from, from + end);
      from += end + (this.#rest.startsWith("\r\n", from + end) ? 2 : 1);
      const message = this.#line(line);
      if (message !== undefined) messages.push(message);
    }
    this.#rest = this.#rest.slice(from);
    if (this.#rest.length > LONGEST_LINE) throw new RangeError("A line of the feed has no end");
    return messages;
  }

  #line(line: string): Message | undefined {
    if (line === "") return this.#dispatch();
    const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "data") this.#data.push(value);
    if (field === "id" && !value.includes("\0")) {
      this.#id = value;
      this.#moved = true;
    }
    return undefined;
  }

  #dispatch(): Message | undefined {
    const data = this.#data.length === 0 ? null : this.#data.join("\n");
    const told = data !== null || this.#moved;
    this.#data = [];
    this.#moved = false;
    return told ? { id: this.#id, data } : undefined;
  }
}
