import type { Millis } from "@oxbow/media";

/** Milliseconds that a Retry-After header asks for (RFC 9110 §10.2.3): seconds, or a date. Null: nothing that can be read. */
export function retryAfter(header: string | undefined, now: Millis): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  // A number that is none of seconds would be read as a year.
  return Number.isNaN(date) || !/[A-Za-z]/.test(text) ? null : Math.max(0, date - now);
}
