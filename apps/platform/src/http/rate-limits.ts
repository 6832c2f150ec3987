import rateLimit from "@fastify/rate-limit";
import { SiteFault } from "@oxbow/site-contract";
import type { FastifyInstance, FastifyRequest } from "fastify";

/** Calls in a minute of a person at an address: pages, and operations that do not say otherwise. */
const USUAL = 1_200;
const MINUTE_MS = 60_000;
/** Callers that are remembered for each limit; beyond, who has been away longest is forgotten. */
const CALLERS = 10_000;

/** Counts calls by person and address; who calls too often gets 429 and `retry-after`. */
export async function limitRates(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    max: USUAL,
    timeWindow: MINUTE_MS,
    cache: CALLERS,
    keyGenerator: rateKey,
    addHeaders: {
      "x-ratelimit-limit": false,
      "x-ratelimit-remaining": false,
      "x-ratelimit-reset": false,
    },
    addHeadersOnExceeding: {
      "x-ratelimit-limit": false,
      "x-ratelimit-remaining": false,
      "x-ratelimit-reset": false,
    },
    errorResponseBuilder: () =>
      new SiteFault("too_many_requests", "Too many requests: wait a minute"),
  });
}

/** A route's own number of calls in a minute; undefined: the usual one, which such routes share. */
export function perMinute(max: number | undefined): object {
  return max === undefined ? {} : { rateLimit: { max, timeWindow: MINUTE_MS } };
}

function rateKey({ ip, caller }: FastifyRequest): string {
  return `${caller.person?.id ?? ""}@${network(ip)}`;
}

/** An IPv6 subscriber has a whole /64 of addresses. */
function network(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: zeros }, () => "0"), ...after].slice(0, 4).join(":");
}
