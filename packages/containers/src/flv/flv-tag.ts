/** Tag types (FLV 10.1 §E.4.1), the same numbers as RTMP's message types. */
export const flvTagType = { audio: 8, video: 9, script: 18 } as const;

export type FlvTagKind = keyof typeof flvTagType;

/** One tag of an FLV file. The timestamp is in milliseconds, modulo 2^32. */
export type FlvTag = {
  readonly kind: FlvTagKind;
  readonly timestamp: number;
  readonly body: Uint8Array;
};
