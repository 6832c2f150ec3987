/** A box to be written (ISO/IEC 14496-12 §4.2): its header, then its parts one after another. */
export type Box = {
  readonly type: string;
  /** Bytes with the header. */
  readonly size: number;
  readonly parts: readonly Part[];
};

/** What a box is made of: bytes, kept by reference until it is written, or boxes. */
export type Part = Uint8Array | Box;

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));

/** A box of four-character type `type`. */
export function box(type: string, ...parts: readonly Part[]): Box {
  return { type, size: 8 + partsSize(parts), parts };
}

/** A box with version and flags. */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...parts: readonly Part[]
): Box {
  return box(type, u32(version * 2 ** 24 + flags), ...parts);
}

export function u8(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values);
}

export function u16(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >> 8, value]));
}

/** 32-bit numbers, signed or not. */
export function u32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [place, value] of values.entries()) view.setUint32(place * 4, value);
  return bytes;
}

/** A 64-bit number: any safe integer, negative ones as two's complement. */
export function u64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value));
  return bytes;
}

/** Times and durations: 64 bits in version 1, else 32. */
export function uTime(version: number, value: number): Uint8Array {
  return version === 1 ? u64(value) : u32(value);
}

/** Characters of one byte each, as four-character codes are. */
export function ascii(text: string): Uint8Array {
  return latin1(text);
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Bytes of the parts together. */
export function partsSize(parts: readonly Part[]): number {
  let size = 0;
  for (const part of parts) size += part instanceof Uint8Array ? part.length : part.size;
  return size;
}

/** The parts in one buffer. */
export function serialise(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(partsSize(parts));
  let at = 0;
  for (const piece of flatten(parts)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** The parts as the buffers they are made of, in order: long tables are not copied. */
export function* flatten(parts: readonly Part[]): Generator<Uint8Array> {
  for (const part of parts) {
    if (part instanceof Uint8Array) {
      yield part;
      continue;
    }
    if (part.size >= 2 ** 32) throw new RangeError(`Box ${part.type} of ${part.size} bytes`);
    const header = new Uint8Array(8);
    new DataView(header.buffer).setUint32(0, part.size);
    header.set(latin1(part.type), 4);
    yield header;
    yield* flatten(part.parts);
  }
}
