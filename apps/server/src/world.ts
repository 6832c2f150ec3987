import type { Millis } from "@oxbow/media";
import type { Logger } from "pino";
import type { Registry } from "prom-client";

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
  | "key"
  | "stt"
  | "gap";
