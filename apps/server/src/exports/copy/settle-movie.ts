import { constants } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "@oxbow/contract";
import type { MoviePlan } from "../plan/movie-plan.ts";
import { diskFailure } from "./copy-failure.mjs";
import { verifyMovie } from "./verify-movie.ts";

/** A movie whose bytes are on the disk. */
export type WrittenMovie = {
  readonly plan: MoviePlan;
  readonly partial: string;
  readonly final: string;
  readonly signal: AbortSignal;
};

/**
 * Verifies a movie that is written and synced, and gives it its name, durably.
 * Fault `export_verification_failed`, `storage_failed`; the signal's reason.
 */
export async function settleMovie({ plan, partial, final, signal }: WrittenMovie): Promise<void> {
  signal.throwIfAborted();
  await verify(plan, partial);
  signal.throwIfAborted();
  try {
    await rename(partial, final);
    for (const folder of new Set([dirname(final), dirname(partial)])) {
      const handle = await open(folder, constants.O_RDONLY);
      await handle.sync().finally(() => handle.close());
    }
  } catch (error) {
    await rm(final, { force: true });
    throw diskFault(error, "Cannot name the export");
  }
}

/** What an error of the disk that is written to means, as Fault. */
export function diskFault(error: unknown, doing: string): Fault {
  const { code, message } = diskFailure(error, doing, "target");
  return new Fault(code, message, { cause: error });
}

async function verify(plan: MoviePlan, partial: string): Promise<void> {
  await using file = await open(partial, constants.O_RDONLY);
  const { size } = await file.stat();
  await verifyMovie(plan, size, async (offset, bytes) => {
    const buffer = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await file.read(buffer, 0, bytes, offset);
    return buffer.subarray(0, bytesRead);
  });
}
