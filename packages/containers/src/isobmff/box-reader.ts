import { MalformedInput } from "@oxbow/media";

const SPEC = "ISO/IEC 14496-12 §4.2";

/** A box that was found; positions are in the bytes that were read. */
export type FoundBox = {
  readonly type: string;
  readonly start: number;
  /** Where its payload begins. */
  readonly body: number;
  readonly end: number;
};

/** The header of a box: its type, its own length, and the box's, Infinity for "to the end". */
export type BoxHeader = {
  readonly type: string;
  readonly headerBytes: number;
  readonly size: number;
};

/**
 * The box header at `at`, or undefined where its bytes are not there as yet.
 * @throws MalformedInput where size or type can't be
 */
export function readBoxHeader(view: DataView, at: number, base = 0): BoxHeader | undefined {
  const left = view.byteLength - at;
  if (left < 8) return undefined;
  const short = view.getUint32(at);
  const code = view.getUint32(at + 4);
  if (!isFourCharacter(code)) {
    throw new MalformedInput(`0x${code.toString(16)} is not the type of a box`, {
      spec: SPEC,
      offset: base + at + 4,
    });
  }
  const type = String.fromCharCode(code >>> 24, (code >> 16) & 255, (code >> 8) & 255, code & 255);
  if (short === 0) return { type, headerBytes: 8, size: Number.POSITIVE_INFINITY };
  if (short === 1 && left < 16) return undefined;
  const headerBytes = short === 1 ? 16 : 8;
  const size = short === 1 ? readU64(view, at + 8, base) : short;
  if (size < headerBytes) {
    throw new MalformedInput(`Box "${type}" has a size of ${size}`, {
      spec: SPEC,
      offset: base + at,
    });
  }
  return { type, headerBytes, size };
}

/** Printable ASCII, or the © of QuickTime's user data in first place. */
function isFourCharacter(code: number): boolean {
  for (const shift of [24, 16, 8, 0]) {
    const byte = (code >>> shift) & 255;
    if ((byte < 0x20 || byte > 0x7e) && !(shift === 24 && byte === 0xa9)) return false;
  }
  return true;
}

function readU64(view: DataView, at: number, base: number): number {
  const value = view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
  if (!Number.isSafeInteger(value)) {
    throw new MalformedInput("A 64-bit number is above 2^53", { spec: SPEC, offset: base + at });
  }
  return value;
}

/** Boxes that any one parent may have. */
const MAX_CHILDREN = 4096;

/**
 * The boxes that fill `[from, to)`. Up to seven bytes that make no box at the end are passed over, as
 * QuickTime ends some lists with a zero.
 * @throws MalformedInput
 */
export function readBoxes(bytes: Uint8Array, from: number, to: number): FoundBox[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, to);
  const found: FoundBox[] = [];
  let at = from;
  while (to - at >= 8) {
    // QuickTime's terminator, a box of no type.
    if (view.getUint32(at + 4) === 0 && view.getUint32(at) <= 8) break;
    const header = readBoxHeader(view, at);
    const end = header === undefined ? to + 1 : Math.min(at + header.size, Number.MAX_SAFE_INTEGER);
    const last = header?.size === Number.POSITIVE_INFINITY ? to : end;
    if (header === undefined || last > to || found.length >= MAX_CHILDREN) {
      throw new MalformedInput(`Box "${header?.type ?? ""}" does not fit in its parent`, {
        spec: SPEC,
        offset: at,
      });
    }
    found.push({ type: header.type, start: at, body: at + header.headerBytes, end: last });
    at = last;
  }
  return found;
}

/** The first of the boxes with this type. */
export function findBox(boxes: readonly FoundBox[], type: string): FoundBox | undefined {
  return boxes.find((candidate) => candidate.type === type);
}

/** @throws MalformedInput where no box has this type */
export function needBox(boxes: readonly FoundBox[], type: string, parent: FoundBox): FoundBox {
  const found = findBox(boxes, type);
  if (found === undefined) {
    throw new MalformedInput(`Box "${parent.type}" has no "${type}"`, {
      spec: "ISO/IEC 14496-12 §6.2",
      offset: parent.start,
    });
  }
  return found;
}

/** The children of a box. */
export function childrenOf(bytes: Uint8Array, parent: FoundBox, skip = 0): FoundBox[] {
  return readBoxes(bytes, parent.body + skip, parent.end);
}

/** Reads the fields of one box in order; going past its end is `MalformedInput`. */
export class BoxFields {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #box: FoundBox;
  #at: number;

  constructor(bytes: Uint8Array, within: FoundBox) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#box = within;
    this.#at = within.body;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#box.end - this.#at;
  }

  skip(count: number): number {
    if (count > this.left) {
      throw new MalformedInput(`Box "${this.#box.type}" is too short`, {
        spec: SPEC,
        offset: this.#at,
      });
    }
    const from = this.#at;
    this.#at += count;
    return from;
  }

  u8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  u16(): number {
    return this.#view.getUint16(this.skip(2));
  }

  u32(): number {
    return this.#view.getUint32(this.skip(4));
  }

  i32(): number {
    return this.#view.getInt32(this.skip(4));
  }

  u64(): number {
    return readU64(this.#view, this.skip(8), 0);
  }

  /** 64 bits in version 1, else 32. */
  time(version: number): number {
    return version === 1 ? this.u64() : this.u32();
  }

  /** The bytes themselves, not a copy. */
  bytes(count: number): Uint8Array {
    const from = this.skip(count);
    return this.#bytes.subarray(from, from + count);
  }

  /** A count of entries that must fit into what is left: checked before anything is allocated. */
  entries(count: number, bytesEach: number): number {
    if (count * bytesEach > this.left) {
      throw new MalformedInput(`Box "${this.#box.type}" has no room for ${count} entries`, {
        spec: SPEC,
        offset: this.#at,
      });
    }
    return count;
  }

  /** Version and flags of a full box. */
  full(): { version: number; flags: number } {
    const word = this.u32();
    return { version: word >>> 24, flags: word & 0xff_ffff };
  }
}
