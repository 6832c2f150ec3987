/** Bytes that break their specification: what is wrong, by which clause, and where. */
export class MalformedInput extends Error {
  override readonly name = "MalformedInput";
  /** The clause that is broken, for example `RTMP 1.0 §5.4.1`. */
  readonly spec: string;
  /** Byte offset into the input that was being read, where it is known. */
  readonly offset: number | undefined;

  constructor(message: string, at: { spec: string; offset?: number }) {
    super(
      at.offset === undefined
        ? `${message} (${at.spec})`
        : `${message} at byte ${at.offset} (${at.spec})`,
    );
    this.spec = at.spec;
    this.offset = at.offset;
  }
}
