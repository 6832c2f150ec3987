import { setTimeout as wait } from "node:timers/promises";

/** The longest that a condition is waited for, in milliseconds. */
const PATIENCE = 60_000;
/** Between two looks, in milliseconds: longer as time goes on, for a site answers so many calls a minute. */
const PAUSE = { least: 5, most: 200, share: 0.05 };

/** Waits until `ask` answers something, and gives it. `what` names it where it never comes. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const start = Date.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    const waited = Date.now() - start;
    if (waited > PATIENCE) throw new Error(`Waited in vain: ${what}`);
    await wait(Math.min(PAUSE.least + waited * PAUSE.share, PAUSE.most));
  }
}
