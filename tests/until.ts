import { setTimeout as wait } from "node:timers/promises";

/** The longest that a condition is waited for, and how often it is looked at, in milliseconds. */
const PATIENCE = 60_000;
const PAUSE = 5;

/** Waits until `ask` answers something, and gives it. `what` names it where it never comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
    await wait(PAUSE);
  }
}
