import type { MediaAnswer } from "./answer.ts";

/** Larger bodies go out by reference: the copy would cost more than the second piece of a write. */
const MOST_BYTES = 128 * 1024;
/** Bodies of one second; what is beyond is written in two pieces. */
const MOST = 64;

type Prepared = {
  readonly answer: MediaAnswer;
  readonly bytes: Buffer;
};

let second = 0;
const prepared = new Map<Uint8Array, Prepared[]>();

/**
 * Head and body as one buffer, the same for all who ask for the same within a second (whose date is
 * in the head): all players of a low-latency stream ask for the same at the same moment, and a write
 * of one buffer is the cheapest there is. Undefined where the body is large or not in one piece.
 */
export function preparedBytes(
  answer: MediaAnswer,
  body: Uint8Array,
  at: number,
  head: () => string,
): Buffer | undefined {
  if (body.length > MOST_BYTES) return undefined;
  if (at !== second) {
    second = at;
    prepared.clear();
  }
  const known = prepared.get(body);
  const same = known?.find((each) => isSame(each.answer, answer));
  if (same) return same.bytes;
  if (prepared.size >= MOST || (known?.length ?? 0) >= MOST) return undefined;
  const bytes = Buffer.concat([Buffer.from(head(), "latin1"), body]);
  if (known) known.push({ answer, bytes });
  else prepared.set(body, [{ answer, bytes }]);
  return bytes;
}

/** Whether two answers with the same body have the same head. */
function isSame(one: MediaAnswer, other: MediaAnswer): boolean {
  return (
    one.etag === other.etag &&
    one.cacheControl === other.cacheControl &&
    one.contentType === other.contentType &&
    one.headers === other.headers &&
    (one.gzip === undefined) === (other.gzip === undefined)
  );
}
