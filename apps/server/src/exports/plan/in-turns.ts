import { setImmediate } from "node:timers/promises";

/** Works without a pause for at most this long: live streams share the thread. */
const TURN_MS = 6;

/** Runs work to its end, letting others have their turn in between. */
export async function inTurns<Result>(work: Generator<undefined, Result>): Promise<Result> {
  let began = performance.now();
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    if (performance.now() - began < TURN_MS) continue;
    await setImmediate();
    began = performance.now();
  }
}
