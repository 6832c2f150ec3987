import type { AlertAttempt } from "@oxbow/site-contract";

/** What becomes of a message after an attempt. `at`: Unix milliseconds. */
export type DeliveryNext =
  | { readonly state: "delivered"; readonly at: null }
  | { readonly state: "dead"; readonly at: null }
  | { readonly state: "pending"; readonly at: number };

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** After each failed attempt; the last one for all further ones. */
const DELAYS = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR] as const;
/** What was not taken for so long is given up. */
const PATIENCE_MS = 24 * HOUR;

/** `attempts`: how many there were, this one included. `random` in [0, 1) spreads retries by a fifth. */
export function deliveryStep(
  { status }: Pick<AlertAttempt, "status">,
  attempts: number,
  createdAt: number,
  world: { readonly now: () => number; readonly random: () => number },
): DeliveryNext {
  if (status !== null && status >= 200 && status < 300) return { state: "delivered", at: null };
  const delay = DELAYS[Math.min(attempts, DELAYS.length) - 1] ?? HOUR;
  const at = world.now() + Math.round(delay * (0.9 + world.random() / 5));
  // Gone (Standard Webhooks): whoever is there wants no more of it.
  if (status === 410 || at > createdAt + PATIENCE_MS) return { state: "dead", at: null };
  return { state: "pending", at };
}
