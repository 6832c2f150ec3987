import { SiteFault } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";

/** The person who calls an operation that strangers may not call. */
export function signedIn({ person }: Caller): NonNullable<Caller["person"]> {
  if (person === null) throw new SiteFault("not_signed_in", "Sign in first");
  return person;
}
