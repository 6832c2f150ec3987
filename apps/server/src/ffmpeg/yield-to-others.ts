import { writeFile } from "node:fs/promises";
import { setPriority } from "node:os";

/**
 * Lets a process have only what others leave of the processor. It must be new: threads that it begins
 * later take the niceness over.
 */
export function yieldToOthers(pid: number, niceness: number): void {
  if (niceness === 0) return;
  try {
    setPriority(pid, niceness);
  } catch (error) {
    // It may have ended already.
    if (!(error instanceof Error && "code" in error && error.code === "ERR_SYSTEM_ERROR"))
      throw error;
  }
  // A process group of its own is a scheduling group of its own where Linux groups by session (sched(7),
  // "The autogroup feature"), and there only the group's niceness counts against others. Most machines
  // have no such file, and an ended process has none: then there is nothing to be done.
  writeFile(`/proc/${pid}/autogroup`, String(niceness)).catch(() => undefined);
}
