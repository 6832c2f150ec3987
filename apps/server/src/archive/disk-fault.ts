import { Fault } from "@oxbow/contract";
import type { GapReason } from "./resolved-range.ts";

const FULL = new Set(["ENOSPC", "EDQUOT", "SQLITE_FULL"]);

/** Why a failed write lost media: no room, or anything else. */
export function diskReason(error: unknown): Extract<GapReason, "disk_full" | "disk_failed"> {
  if (error instanceof Fault && error.code === "storage_full") return "disk_full";
  return FULL.has(errorCode(error)) ? "disk_full" : "disk_failed";
}

/** The code that the operating system gave, or "". */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "";
}

/** What `undefined` stands for where a file may be missing. */
export function absentIfMissing(error: unknown): undefined {
  if (errorCode(error) === "ENOENT") return undefined;
  throw error;
}
