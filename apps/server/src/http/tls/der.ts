/** Distinguished encoding (X.690): just what a certificate of our own needs. */

const SHORT = 0x80;

/** One element: its tag, the length of what is in it, and that. */
export function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body]);
}

function lengthOf(bytes: number): number[] {
  if (bytes < SHORT) return [bytes];
  const digits: number[] = [];
  for (let rest = bytes; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return [SHORT | digits.length, ...digits];
}

export const sequence = (...of: readonly Uint8Array[]): Buffer => element(0x30, ...of);
export const set = (...of: readonly Uint8Array[]): Buffer => element(0x31, ...of);
export const octets = (...of: readonly Uint8Array[]): Buffer => element(0x04, ...of);
export const bits = (bytes: Uint8Array, unused = 0): Buffer =>
  element(0x03, Buffer.from([unused]), bytes);
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.from([value ? 0xff : 0]));
export const text = (value: string): Buffer => element(0x0c, Buffer.from(value));
/** `[number]` around what stands in it. */
export const explicit = (number: number, ...of: readonly Uint8Array[]): Buffer =>
  element(0xa0 | number, ...of);
/** `[number]` in the place of a primitive type's own tag. */
export const implicit = (number: number, value: Uint8Array): Buffer =>
  element(0x80 | number, value);

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? Buffer.alloc(1) : bytes.subarray(first);
  const sign = (digits[0] ?? 0) >= SHORT ? Buffer.alloc(1) : Buffer.alloc(0);
  return element(0x02, sign, digits);
}

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const digits = [arc % SHORT];
    for (let left = Math.floor(arc / SHORT); left > 0; left = Math.floor(left / SHORT)) {
      digits.unshift(SHORT | (left % SHORT));
    }
    bytes.push(...digits);
  }
  return element(0x06, Buffer.from(bytes));
}

/** RFC 5280 §4.1.2.5: GeneralizedTime from 2050 on, UTCTime before. */
export function time(at: number): Buffer {
  const digits = new Date(at)
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replace(/[-:T]/g, "");
  return digits < "2050"
    ? element(0x17, Buffer.from(digits.slice(2)))
    : element(0x18, Buffer.from(digits));
}
