/** Parts below this are joined: each costs whoever sends them a write. */
const SMALL_PART = 64 * 1024;

/** The bytes before the media: as parts to be sent, or in one piece, but not both at once. */
export class PlanHeader {
  #parts: readonly Uint8Array[];
  readonly bytes: number;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = joined(parts);
    this.bytes = this.#parts.reduce((sum, part) => sum + part.length, 0);
  }

  get parts(): readonly Uint8Array[] {
    return this.#parts;
  }

  /**
   * In one piece, which from now on is the only part: the tables of a day are not held twice, nor by a
   * thread that is given them.
   */
  get whole(): Uint8Array {
    const [only, ...more] = this.#parts;
    const shared = only?.buffer instanceof SharedArrayBuffer;
    if (only !== undefined && more.length === 0 && shared) return only;
    const whole = concat(this.#parts, new Uint8Array(new SharedArrayBuffer(this.bytes)));
    this.#parts = [whole];
    return whole;
  }
}

function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const long: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  const close = (): void => {
    const bytes = short.reduce((sum, part) => sum + part.length, 0);
    if (bytes > 0) long.push(concat(short, new Uint8Array(bytes)));
    short = [];
  };
  for (const part of parts) {
    if (part.length < SMALL_PART) short.push(part);
    else {
      close();
      long.push(part);
    }
  }
  close();
  return long;
}

function concat(parts: readonly Uint8Array[], into: Uint8Array): Uint8Array {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}
