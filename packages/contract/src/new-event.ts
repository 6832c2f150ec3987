/** An event as a decision returns it; id, sequence, streamSequence and time are given when it is saved. */
export type NewEvent = {
  /** A type of the catalogue. */
  readonly type: string;
  readonly stream?: { readonly id: string; readonly name: string };
  readonly broadcast?: string;
  readonly data: Readonly<Record<string, unknown>>;
};
