/** Half of the range of a timestamp; what is further away has wrapped. */
const HALF = 0x80000000;
const RANGE = 0x100000000;

/**
 * Makes timestamps of 32 bits (RTMP 1.0 §5: they roll over every 49 days, 17 hours) into milliseconds
 * that go on. Audio and video of a session share one, so that they stay together over the wrap.
 */
export class TimestampUnwrapper {
  #last: number | undefined;

  /**
   * `moves` is false for messages whose timestamps may stand far off, such as sequence headers,
   * which many encoders send with 0 in the middle of a session.
   */
  unwrap(timestamp: number, moves: boolean): number {
    const last = this.#last;
    let value = timestamp;
    if (last !== undefined) {
      const low = ((last % RANGE) + RANGE) % RANGE;
      let step = timestamp - low;
      if (step >= HALF) step -= RANGE;
      else if (step < -HALF) step += RANGE;
      value = last + step;
    }
    if (moves) this.#last = value;
    return value;
  }
}

/** Whether an audio or video body is a sequence header, legacy or enhanced: looks at two bytes. */
export function isSequenceHeader(kind: "audio" | "video", body: Uint8Array): boolean {
  const first = body[0] ?? 0;
  if (kind === "video") return (first & 0x80) === 0 ? body[1] === 0 : (first & 0x0f) === 0;
  const format = first >> 4;
  return format === 9 ? (first & 0x0f) === 0 : format === 10 && body[1] === 0;
}
