import { randomBytes } from "node:crypto";
import { type Millis, millis } from "@oxbow/media";
import { createLog } from "@oxbow/service";
import type { Logger } from "pino";
import { collectDefaultMetrics, Registry } from "prom-client";

/** What every folder may use of the outside, passed in by `main.ts` and by tests. */
export type World = {
  /** The wall clock. */
  readonly now: () => Millis;
  /** A new time-ordered id with its prefix: `id("exp")` is `exp_01k…`. */
  readonly id: (prefix: IdPrefix) => string;
  readonly log: Logger;
  readonly metrics: Registry;
};

export type IdPrefix =
  | "str"
  | "brd"
  | "exp"
  | "ast"
  | "evt"
  | "snk"
  | "dlv"
  | "ses"
  | "pin"
  | "mrk"
  | "key"
  | "pbk"
  | "stt"
  | "gap"
  | "sub"
  | "upl";

/** The real world of a server process: the system's clock, a log on standard output, fresh metrics. */
export function createWorld(options: { readonly logLevel: string }): World {
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  return {
    now: () => millis(Date.now()),
    id: idSource(Date.now),
    log: createLog(options.logLevel),
    metrics,
  };
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * Makes ids that sort by the time of their making: 48 bits of milliseconds and 80 random bits in
 * Crockford's base 32, as a ULID; those of one millisecond grow too.
 */
export function idSource(now: () => number): (prefix: IdPrefix) => string {
  let last = 0;
  let random = 0n;
  return (prefix) => {
    const at = now();
    if (at > last) {
      last = at;
      random = BigInt(`0x${randomBytes(10).toString("hex")}`) >> 1n;
    } else {
      random += 1n;
    }
    return `${prefix}_${base32(BigInt(last), 10)}${base32(random, 16)}`;
  };
}

function base32(value: bigint, digits: number): string {
  let text = "";
  for (let rest = value, at = 0; at < digits; at++, rest >>= 5n) {
    text = (ALPHABET[Number(rest & 31n)] ?? "") + text;
  }
  return text;
}
