/** @import { ErrorCode } from "@oxbow/contract" */

// The threads that copy are plain JavaScript and load nothing but it: what takes the types off a source
// would take 20 MB in each of them, and a tenth of a second before the first byte.

/** A failure of a copy with its code. Not a Fault: the threads load no schemas of the API. */
export class CopyFailure extends Error {
  /** @override */
  name = "CopyFailure";

  /**
   * @param {ErrorCode} code
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(code, message, cause) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * What an error of the file system means to an export. `doing` begins the message.
 * @param {unknown} error
 * @param {string} doing
 * @param {"source" | "target"} at
 */
export function diskFailure(error, doing, at) {
  if (error instanceof CopyFailure) return error;
  const errno = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error ? error.message : String(error);
  return new CopyFailure(codeOf(errno, at), `${doing}: ${reason}`, error);
}

/**
 * @param {string} errno
 * @param {"source" | "target"} at
 * @returns {ErrorCode}
 */
function codeOf(errno, at) {
  // Nothing that the system said: a fault of ours, which ended the work.
  if (errno === "") return "worker_died";
  if (FULL.has(errno)) return "storage_full";
  if (at === "source" && errno === "ENOENT") return "source_media_lost";
  return "storage_failed";
}
