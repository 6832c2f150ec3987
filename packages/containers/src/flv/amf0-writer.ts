import { type AmfObject, type AmfValue, EcmaArray, marker } from "./amf0.ts";

/** Encodes values one after another. Strings beyond 65,535 bytes become long strings (AMF 0 §2.14). */
export function writeAmf0(...values: readonly AmfValue[]): Buffer {
  const pieces: Buffer[] = [];
  for (const value of values) write(pieces, value);
  return Buffer.concat(pieces);
}

function write(to: Buffer[], value: AmfValue): void {
  if (value === null) to.push(Buffer.of(marker.null));
  else if (value === undefined) to.push(Buffer.of(marker.undefined));
  else if (typeof value === "number") to.push(Buffer.of(marker.number), double(value));
  else if (typeof value === "boolean") to.push(Buffer.of(marker.boolean, value ? 1 : 0));
  else if (typeof value === "string") writeString(to, value);
  else if (value instanceof Date) {
    to.push(Buffer.of(marker.date), double(value.getTime()), Buffer.alloc(2));
  } else if (Array.isArray(value)) {
    to.push(Buffer.of(marker.strictArray), uint32(value.length));
    for (const item of value) write(to, item);
  } else if (value instanceof EcmaArray) {
    to.push(Buffer.of(marker.ecmaArray), uint32(Object.keys(value.members).length));
    writeMembers(to, value.members);
  } else {
    to.push(Buffer.of(marker.object));
    writeMembers(to, value);
  }
}

function writeString(to: Buffer[], value: string): void {
  const bytes = Buffer.from(value, "utf8");
  if (bytes.length > 0xffff) to.push(Buffer.of(marker.longString), uint32(bytes.length), bytes);
  else to.push(Buffer.of(marker.string), uint16(bytes.length), bytes);
}

function writeMembers(to: Buffer[], members: AmfObject): void {
  for (const [name, value] of Object.entries(members)) {
    const bytes = Buffer.from(name, "utf8");
    to.push(uint16(bytes.length), bytes);
    write(to, value);
  }
  to.push(Buffer.of(0, 0, marker.objectEnd));
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}
