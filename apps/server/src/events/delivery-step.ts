import { type Millis, plus } from "@oxbow/media";
import { ATTEMPTS, longestDelay } from "./delivery-schedule.ts";

export type DeliveryState =
  | { readonly at: "pending"; readonly attempts: number; readonly nextAttemptAt: Millis }
  | { readonly at: "attempting"; readonly attempts: number }
  | { readonly at: "delivered"; readonly attempts: number }
  | { readonly at: "dead"; readonly attempts: number }
  | { readonly at: "dropped"; readonly attempts: number };

export type DeliveryInput =
  | { readonly do: "attempt" }
  | {
      readonly do: "answer";
      /** Null where no answer came. */
      readonly status: number | null;
      /** What the answer asked for. */
      readonly retryAfterMs: number | null;
      /** In [0, 1): spreads the attempts of deliveries that failed together. */
      readonly random: number;
    }
  /** The attempt was not made, or its answer is not known: the server stopped. */
  | { readonly do: "release" }
  | { readonly do: "redeliver" }
  | { readonly do: "drop" };

const RETRY_AFTER_MOST_MS = 6 * 3_600_000;
const GONE = 410;

/** The state machine of a delivery. What does not fit the state leaves it as it is. */
export function step(state: DeliveryState, input: DeliveryInput, now: Millis): DeliveryState {
  switch (input.do) {
    case "attempt":
      return state.at === "pending" && state.nextAttemptAt <= now
        ? { at: "attempting", attempts: state.attempts }
        : state;
    case "answer":
      return state.at === "attempting" ? answered(state.attempts + 1, input, now) : state;
    case "release":
      return state.at === "attempting"
        ? { at: "pending", attempts: state.attempts, nextAttemptAt: now }
        : state;
    case "redeliver":
      // With all its attempts again. A delivered one too: the receiver may have lost it.
      return state.at === "dead" || state.at === "delivered"
        ? { at: "pending", attempts: 0, nextAttemptAt: now }
        : state;
    case "drop":
      return state.at === "pending" || state.at === "attempting"
        ? { at: "dropped", attempts: state.attempts }
        : state;
    default:
      return unreachable(input);
  }
}

function answered(
  attempts: number,
  { status, retryAfterMs, random }: Extract<DeliveryInput, { do: "answer" }>,
  now: Millis,
): DeliveryState {
  if (status !== null && status >= 200 && status < 300) return { at: "delivered", attempts };
  if (status === GONE || attempts >= ATTEMPTS) return { at: "dead", attempts };
  const asked = Math.min(retryAfterMs ?? 0, RETRY_AFTER_MOST_MS);
  const delay = Math.max(asked, longestDelay(attempts) * random);
  return { at: "pending", attempts, nextAttemptAt: plus(now, delay) };
}

function unreachable(input: never): never {
  throw new Error(`No such input: ${JSON.stringify(input)}`);
}
