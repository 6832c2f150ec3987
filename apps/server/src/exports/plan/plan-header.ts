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

  /** In one piece, which from now on is the only part: the tables of a day are not held twice. */
  get whole(): Uint8Array {
    const [only, ...more] = this.#parts;
    if (only !== undefined && more.length === 0) return only;
    const whole = concat(this.#parts);
    this.#parts = [whole];
    return whole;
  }
}

function joined(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const long: Uint8Array[] = [];
  let short: Uint8Array[] = [];
  const close = (): void => {
    if (short.length > 0) long.push(concat(short));
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

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
