import { MalformedInput } from "@oxbow/media";
import { type AmfObject, type AmfValue, marker } from "./amf0.ts";

/** What one body may hold. References count what they refer to, so that none can multiply it. */
export type AmfLimits = { readonly depth: number; readonly values: number };

export const AMF_LIMITS: AmfLimits = { depth: 16, values: 4096 };

type Complex = { readonly value: AmfObject | AmfValue[]; values: number; open: boolean };

/**
 * Reads the values of an AMF 0 body from first to last.
 * @throws MalformedInput where a value is cut off, unknown, nested too deeply, or too many.
 */
export function readAmf0(body: Uint8Array, limits: AmfLimits = AMF_LIMITS): AmfValue[] {
  const reader = new Amf0Reader(body, limits);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.read());
  return values;
}

/** Reads one value after another; `offset` stands behind the last one read. */
export class Amf0Reader {
  offset = 0;
  readonly #bytes: Buffer;
  readonly #limits: AmfLimits;
  /** Objects and arrays in the order of their beginning, for references (AMF 0 §2.9). */
  readonly #complex: Complex[] = [];
  #values = 0;
  #depth = 0;

  constructor(body: Uint8Array, limits: AmfLimits = AMF_LIMITS) {
    this.#bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#limits = limits;
  }

  get atEnd(): boolean {
    return this.offset >= this.#bytes.length;
  }

  read(): AmfValue {
    this.#count(1);
    const type = this.#uint8();
    switch (type) {
      case marker.number:
        return this.#double();
      case marker.boolean:
        return this.#uint8() !== 0;
      case marker.string:
        return this.#text(this.#uint16());
      case marker.longString:
      case marker.xmlDocument:
        return this.#text(this.#uint32());
      case marker.null:
        return null;
      case marker.undefined:
        return undefined;
      case marker.date:
        return this.#date();
      case marker.reference:
        return this.#reference();
      case marker.object:
        return this.#object();
      case marker.typedObject:
        this.#text(this.#uint16());
        return this.#object();
      case marker.ecmaArray:
        // The count is a hint only: the end marker rules (AMF 0 §2.10).
        this.#uint32();
        return this.#object();
      case marker.strictArray:
        return this.#array();
      default:
        throw this.#malformed(`Type marker ${type} is not carried`, "AMF 0 §2.1");
    }
  }

  #object(): AmfObject {
    const value: AmfObject = Object.create(null);
    const entry = this.#enter(value);
    for (;;) {
      const name = this.#text(this.#uint16());
      if (name === "" && this.#bytes[this.offset] === marker.objectEnd) {
        this.offset += 1;
        break;
      }
      // Some encoders leave out the end marker of the last object of a body.
      if (name === "" && this.atEnd) break;
      value[name] = this.read();
      if (this.atEnd) break;
    }
    this.#leave(entry);
    return value;
  }

  #array(): AmfValue[] {
    const count = this.#uint32();
    // Each value takes a byte at least.
    if (count > this.#bytes.length - this.offset) {
      throw this.#malformed(`A strict array of ${count} values is cut off`, "AMF 0 §2.12");
    }
    const value: AmfValue[] = [];
    const entry = this.#enter(value);
    for (let at = 0; at < count; at++) value.push(this.read());
    this.#leave(entry);
    return value;
  }

  #reference(): AmfValue {
    const index = this.#uint16();
    const entry = this.#complex[index];
    if (entry === undefined || entry.open) {
      throw this.#malformed(`Reference ${index} is to no complete object`, "AMF 0 §2.9");
    }
    this.#count(entry.values);
    return entry.value;
  }

  #date(): Date {
    const at = new Date(this.#double());
    this.#uint16(); // Time zone, reserved.
    return at;
  }

  #enter(value: AmfObject | AmfValue[]): Complex {
    this.#depth += 1;
    if (this.#depth > this.#limits.depth) {
      throw this.#malformed(`Values nest deeper than ${this.#limits.depth}`, "AMF 0 §2.5");
    }
    const entry = { value, values: this.#values, open: true };
    this.#complex.push(entry);
    return entry;
  }

  #leave(entry: Complex): void {
    this.#depth -= 1;
    entry.values = this.#values - entry.values;
    entry.open = false;
  }

  #count(values: number): void {
    this.#values += values;
    if (this.#values > this.#limits.values) {
      throw this.#malformed(`More than ${this.#limits.values} values`, "AMF 0 §2.1");
    }
  }

  #text(length: number): string {
    const from = this.#take(length);
    return this.#bytes.toString("utf8", from, from + length);
  }

  #uint8(): number {
    return this.#bytes.readUInt8(this.#take(1));
  }

  #uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  #uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  #double(): number {
    return this.#bytes.readDoubleBE(this.#take(8));
  }

  #take(length: number): number {
    const from = this.offset;
    if (length > this.#bytes.length - from) throw this.#malformed("A value is cut off", "AMF 0 §2");
    this.offset += length;
    return from;
  }

  #malformed(message: string, spec: string): MalformedInput {
    return new MalformedInput(message, { spec, offset: this.offset });
  }
}
