import { type Access, SiteFault } from "@oxbow/site-contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller, Cookies } from "../calls/index.ts";

/** A role's place: each includes those before it. */
const RANK = { viewer: 1, streamer: 2, operator: 3 } as const;

/** Refuses who may not call an operation of this access. */
export function refuseStranger({ person }: Caller, access: Access): void {
  if (access === "anyone") return;
  if (person === null) throw new SiteFault("not_signed_in", "Sign in first");
  if (RANK[person.role] < RANK[access]) {
    throw new SiteFault("forbidden", `This is for a person with the role ${access}`);
  }
}

/** A request's headers as the web knows them, and where cookies of its answer go. */
export function cookiesOf(request: FastifyRequest, reply: FastifyReply): Cookies {
  return {
    headers: headersOf(request.headers),
    set: (line) => void reply.header("set-cookie", line),
  };
}

export function headersOf(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Headers {
  const copy = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) copy.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  return copy;
}
