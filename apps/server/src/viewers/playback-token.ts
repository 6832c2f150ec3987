import { Fault } from "@oxbow/contract";
import { type Millis, millis } from "@oxbow/media";
import { decodeProtectedHeader, errors, jwtVerify } from "jose";
import { z } from "zod";
import { type Bounds, isPart } from "./bounds.ts";
import type { VerificationKey } from "./playback-keys.ts";

/** What tokens may say that they are for; one that says something else is not ours (RFC 8725 §3.9). */
export const AUDIENCE = "oxbow-playback";
/** Clocks of platform and server may be this much apart. */
const SKEW_SECONDS = 5;
/** Ours have some three hundred characters. */
const LONGEST = 4_096;

const claims = z.looseObject({
  sub: z.string().min(1).max(200),
  exp: z.number(),
  jti: z.string().min(1).max(200).optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
  maxSessions: z.int().min(1).optional(),
  kinds: z.array(z.string()).optional(),
  from: z.int().min(0).optional(),
  to: z.int().min(0).optional(),
  broadcast: z.string().min(1).max(200).optional(),
});

/** What a token that was verified allows. */
export type PlaybackToken = {
  /** Id of the stream or asset, or the stream's name. */
  readonly subject: string;
  /** Good before this time. */
  readonly until: Millis;
  /** What viewers by this token are known by; undefined where it does not say. */
  readonly jti: string | undefined;
  /** What its sessions are counted by: `jti`, or the signature, which no other token has. */
  readonly identity: string;
  readonly maxSessions: number | undefined;
  /** `live`, `dvr`, `vod`: undefined allows all. */
  readonly kinds: readonly string[] | undefined;
  /** Undefined: all of the stream. */
  readonly bounds: Bounds | undefined;
  /** All that it says. */
  readonly claims: Readonly<Record<string, unknown>>;
};

/**
 * Verifies a JWT (RFC 7519) by the key that its header names. Answers the Fault `token_invalid` or
 * `token_expired` where it is not good: hostile tokens are expected, and cost no stack trace each.
 */
export async function verifyToken(
  token: string,
  find: (kid: string) => Promise<VerificationKey | undefined>,
  now: Millis,
): Promise<PlaybackToken | Fault> {
  if (token.length > LONGEST) return invalid("it is too long");
  const kid = kidOf(token);
  if (kid === undefined) return invalid("its header names no key (kid)");
  const key = await find(kid);
  if (key === undefined) return invalid("there is no such playback key");
  try {
    const { payload } = await jwtVerify(token, key.key, {
      // The key says by which algorithm it verifies; the header of the token is not asked (§3.1, §3.2).
      algorithms: [key.algorithm],
      requiredClaims: ["exp", "sub"],
      clockTolerance: SKEW_SECONDS,
      currentDate: new Date(now),
    });
    return read(payload, token);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return expired();
    if (error instanceof errors.JOSEError) return invalid(error.message);
    throw error;
  }
}

/** Whether a token that was verified before is still good. */
export function isExpired({ until }: PlaybackToken, now: Millis): boolean {
  return now >= until;
}

export function expired(): Fault {
  return new Fault("token_expired", "The playback token has expired: ask your site for a new one");
}

function invalid(why: string): Fault {
  return new Fault("token_invalid", `The playback token is not valid: ${why}`);
}

function kidOf(token: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(token);
    return typeof kid === "string" && kid.length <= 200 ? kid : undefined;
  } catch {
    // What is no token has no header.
    return undefined;
  }
}

function read(payload: unknown, token: string): PlaybackToken | Fault {
  const { data, error } = claims.safeParse(payload);
  if (error) {
    const claim = error.issues[0]?.path[0];
    return invalid(`its claim "${String(claim)}" is not as it should be`);
  }
  const { sub, exp, jti, aud, maxSessions, kinds } = data;
  const { from, to, broadcast } = data;
  const liveOnly = kinds !== undefined && kinds.includes("live") && !kinds.includes("dvr");
  const bounds = { from: at(from), to: at(to), broadcast, liveOnly };
  const audiences = typeof aud === "string" ? [aud] : aud;
  if (audiences && !audiences.includes(AUDIENCE)) {
    return invalid(`it is for another audience than "${AUDIENCE}"`);
  }
  return {
    subject: sub,
    until: millis((exp + SKEW_SECONDS) * 1000),
    jti,
    identity: jti ?? token.slice(token.lastIndexOf(".") + 1),
    maxSessions,
    kinds,
    bounds: liveOnly || isPart(bounds) ? bounds : undefined,
    claims: data,
  };
}

const at = (time: number | undefined): Millis | undefined =>
  time === undefined ? undefined : millis(time);
