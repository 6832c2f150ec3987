import type { ErrorCode } from "@oxbow/contract";

/**
 * A failure of a copy with its code. Not a Fault: the threads that copy load no schemas of the API, which
 * would cost them more memory and time than all the rest.
 */
export class CopyFailure extends Error {
  override readonly name = "CopyFailure";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What an error of the file system means to an export. `doing` begins the message. */
export function diskFailure(error: unknown, doing: string, at: "source" | "target"): CopyFailure {
  if (error instanceof CopyFailure) return error;
  const errno = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error ? error.message : String(error);
  return new CopyFailure(codeOf(errno, at), `${doing}: ${reason}`, error);
}

function codeOf(errno: string, at: "source" | "target"): ErrorCode {
  // Nothing that the system said: a fault of ours, which ended the work.
  if (errno === "") return "worker_died";
  if (FULL.has(errno)) return "storage_full";
  if (at === "source" && errno === "ENOENT") return "source_media_lost";
  return "storage_failed";
}
