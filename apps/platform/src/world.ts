import { randomBytes } from "node:crypto";
import { createLog } from "@oxbow/service";
import type { Logger } from "pino";

/** What every folder may use of the outside, passed in by `main.ts` and by tests. */
export type World = {
  /** The wall clock, Unix milliseconds. */
  readonly now: () => number;
  /** A new id with its prefix, not to be guessed: `id("vid")` is `vid_` and 22 characters. */
  readonly id: (prefix: IdPrefix) => string;
  /** A number in [0, 1), for jitter. */
  readonly random: () => number;
  readonly log: Logger;
};

/** Person, channel, video, export wish, chat message, alert, its delivery, invitation, audit entry, task, report, poster. */
export type IdPrefix =
  | "per"
  | "chn"
  | "vid"
  | "wsh"
  | "msg"
  | "alr"
  | "ald"
  | "inv"
  | "adt"
  | "tsk"
  | "rpt"
  | "pst";

/** The real world of a platform process: the system's clock, a log on standard output. */
export function createWorld(options: { readonly logLevel: string }): World {
  return {
    now: Date.now,
    id: (prefix) => `${prefix}_${randomBytes(16).toString("base64url")}`,
    random: Math.random,
    log: createLog(options.logLevel),
  };
}
