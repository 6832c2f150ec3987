import { isTransactionConflict } from "./database-error.ts";
import type { Refuse } from "./refusal.ts";

const WORK_TIMEOUT_MS = 30_000;
const RUNS = 4;

/** Refuses, as `unavailable`, work in a transaction that takes longer than half a minute. */
export async function inTime<T>(work: () => Promise<T>, refuse: Refuse): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(refuse("unavailable", "The change took too long and was undone")),
    WORK_TIMEOUT_MS,
  );
  try {
    return await Promise.race([work(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a transaction again, some times, that PostgreSQL gave up for the sake of another one. */
export async function runAgain<T>(transaction: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (run === RUNS || !isTransactionConflict(error)) throw error;
    }
  }
}
