import { Fault, type Scope, scopes } from "@oxbow/contract";
import type { Caller, KeyLookup } from "./ports.ts";

/** Longer than any key that was ever made here, short enough to look up without a thought. */
const LONGEST_KEY = 500;

/**
 * Who calls, by the `Authorization` header. Throws `unauthorized` where the key is missing or
 * unknown, and `forbidden` where its scope does not reach.
 */
export async function authenticate(
  header: string | undefined,
  needed: Scope,
  keys: KeyLookup,
): Promise<Caller> {
  const key = /^Bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  if (key === undefined || key.length > LONGEST_KEY) {
    throw new Fault("unauthorized", "Send the API key in a header: Authorization: Bearer KEY");
  }
  const caller = await keys.find(key);
  if (caller === undefined) throw new Fault("unauthorized", "The API key is not known");
  if (scopes.indexOf(caller.scope) < scopes.indexOf(needed)) {
    throw new Fault(
      "forbidden",
      `The API key "${caller.name}" has the scope ${caller.scope}; this needs ${needed}`,
      { details: { scope: needed } },
    );
  }
  return caller;
}

/** RFC 6750 §3: how a refused caller could be let in; undefined for other faults. */
export function challenge(fault: Fault, sentKey: boolean): string | undefined {
  if (fault.code === "unauthorized") {
    return sentKey ? 'Bearer realm="oxbow", error="invalid_token"' : 'Bearer realm="oxbow"';
  }
  if (fault.code !== "forbidden") return undefined;
  const scope = fault.details["scope"];
  const needs = typeof scope === "string" ? `, scope="${scope}"` : "";
  return `Bearer realm="oxbow", error="insufficient_scope"${needs}`;
}
