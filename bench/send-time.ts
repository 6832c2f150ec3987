/** Found in what a server sends on, whatever it wraps it in. */
const MARK = "oxbow-send-time:";
const DIGITS = 13;

/**
 * A NAL unit for the end of a picture that says when it was sent, in Unix milliseconds as text: user
 * data that decoders skip (ITU-T H.264 §D.1.6, the mark in the place of the UUID).
 */
export function stampNal(now: number): Buffer {
  const payload = Buffer.from(`${MARK}${now}`, "latin1");
  const nal = Buffer.concat([Buffer.of(6, 5, payload.length), payload, Buffer.of(0x80)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nal.length);
  return Buffer.concat([length, nal]);
}

/** The times in a piece of what was received; one that is cut in two is not found. */
export function stampsIn(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const from = at + MARK.length;
    const time = Number(bytes.toString("latin1", from, from + DIGITS));
    if (time > 1e12) found.push(time);
  }
  return found;
}
