/**
 * A value of AMF 0. Objects, typed objects and ECMA arrays are read as plain objects without a
 * prototype, so that a member called `__proto__` is only a member.
 */
export type AmfValue =
  | number
  | boolean
  | string
  | null
  | undefined
  | Date
  | AmfValue[]
  | AmfObject
  | EcmaArray;

export type AmfObject = { [name: string]: AmfValue };

/** Written as an ECMA array (AMF 0 §2.10), the form that players expect of `onMetaData`. Never read. */
export class EcmaArray {
  readonly members: AmfObject;

  constructor(members: AmfObject) {
    this.members = members;
  }
}

/** Type markers, AMF 0 §2.1. */
export const marker = {
  number: 0x00,
  boolean: 0x01,
  string: 0x02,
  object: 0x03,
  null: 0x05,
  undefined: 0x06,
  reference: 0x07,
  ecmaArray: 0x08,
  objectEnd: 0x09,
  strictArray: 0x0a,
  date: 0x0b,
  longString: 0x0c,
  xmlDocument: 0x0f,
  typedObject: 0x10,
} as const;

/** Whether a value is an object with named members. */
export function isAmfObject(value: unknown): value is AmfObject {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof EcmaArray)
  );
}
