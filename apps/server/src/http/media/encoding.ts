import type { MediaAnswer } from "./answer.ts";

/** `gzip;q=0.5` of an Accept-Encoding header (RFC 9110 §12.5.3). */
const CODING = /^\s*([\w!#$%&'*+.^`|~-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i;
/** Players say one of a few headers: what they mean is read once. */
const REMEMBERED = 256;
const known = new Map<string, boolean>();

/** Whether whoever sent this Accept-Encoding header would rather, or as gladly, have gzip as nothing. */
export function takesGzip(header: string): boolean {
  const before = known.get(header);
  if (before !== undefined) return before;
  const takes = weigh(header);
  if (known.size >= REMEMBERED) known.clear();
  known.set(header, takes);
  return takes;
}

function weigh(header: string): boolean {
  const weights = new Map<string, number>();
  for (const item of header.split(",")) {
    const [, coding, q] = CODING.exec(item) ?? [];
    if (coding !== undefined) weights.set(coding.toLowerCase(), q === undefined ? 1 : Number(q));
  }
  const any = weights.get("*");
  const gzip = weights.get("gzip") ?? weights.get("x-gzip") ?? any ?? 0;
  // Not named, the body as it is remains welcome, but nobody asked for it.
  return gzip > 0 && gzip >= (weights.get("identity") ?? 0);
}

/** RFC 9110 §8.8.3.3: a strong tag is of one encoding. */
export function etagOf(answer: MediaAnswer, zipped: Uint8Array | undefined): string | undefined {
  const { etag } = answer;
  return etag === undefined || zipped === undefined ? etag : `${etag.slice(0, -1)}.gz"`;
}
