import type { Finding } from "./finding.ts";

/** This software is not older. */
const BUILT = Date.parse("2025-11-01T00:00:00Z");
const APART_MS = 5000;

/** Whether the clock can be right: signed webhooks and the archive are told by it. */
export function checkClock(now: number, server: number | undefined): Finding {
  const what = "Clock";
  const told = new Date(now).toISOString();
  if (now < BUILT) {
    return { what, state: "bad", text: `${told} is in the past: set the clock, by NTP best` };
  }
  const apart = server === undefined ? 0 : Math.abs(now - server);
  // The server tells its time in whole seconds.
  if (apart > APART_MS) {
    const text = `the server's is ${Math.round(apart / 1000)} s apart: synchronise both by NTP`;
    return { what, state: "bad", text };
  }
  return { what, state: "good", text: told };
}
