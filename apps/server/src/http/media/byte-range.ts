/** A half-open range of bytes. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Reads a Range header against a body of `bytes` bytes (RFC 9110 §14). "whole": there is none that we
 * serve (another unit, several ranges, bad syntax), so the whole body is the answer. "outside": 416.
 */
export function byteRange(
  header: string | undefined,
  bytes: number,
): ByteRange | "whole" | "outside" {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "");
  if (!match) return "whole";
  const [, first = "", last = ""] = match;
  if (first === "") {
    if (last === "") return "whole";
    const suffix = Number(last);
    return suffix === 0 || bytes === 0
      ? "outside"
      : { start: Math.max(0, bytes - suffix), end: bytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return "whole";
  if (start >= bytes) return "outside";
  return { start, end: last === "" ? bytes : Math.min(bytes, Number(last) + 1) };
}

/** Whether a list of entity tags names `etag`, compared weakly as If-None-Match wants it (§13.1.2). */
export function names(list: string | undefined, etag: string): boolean {
  if (list === undefined) return false;
  if (list.trim() === "*") return true;
  return list.split(",").some((tag) => tag.trim().replace(/^W\//, "") === etag);
}
