import { type ErrorCode, Fault } from "@oxbow/contract";

const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** The fault that an error of the file system means to an export. `doing` begins the message. */
export function diskFault(error: unknown, doing: string, at: "source" | "target"): Fault {
  if (error instanceof Fault) return error;
  const errno = error instanceof Error && "code" in error ? String(error.code) : "";
  const reason = error instanceof Error ? error.message : String(error);
  return new Fault(codeOf(errno, at), `${doing}: ${reason}`, { cause: error });
}

function codeOf(errno: string, at: "source" | "target"): ErrorCode {
  if (FULL.has(errno)) return "storage_full";
  if (at === "source" && errno === "ENOENT") return "source_media_lost";
  return "storage_failed";
}
