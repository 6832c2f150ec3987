import { createHash, randomBytes } from "node:crypto";
import type { Millis } from "@oxbow/media";
import { Webhook } from "standardwebhooks";

const SECRET_BYTES = 32;

/** A new signing secret (Standard Webhooks 1.0: 24 to 64 random bytes, base64, with its prefix). */
export function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
}

/**
 * The headers that sign a message (Standard Webhooks 1.0): one signature for each secret, so that a
 * receiver that knows either of two can verify while a secret rotates.
 */
export function signatureHeaders(
  id: string,
  now: Millis,
  body: string,
  secrets: readonly string[],
): Record<string, string> {
  const time = new Date(now);
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(now / 1000)),
    "webhook-signature": secrets
      .map((secret) => new Webhook(secret).sign(id, time, body))
      .join(" "),
  };
}

/**
 * The id of a batch, made of its events' ids: the same events sent again have the same id, and a
 * batch that has grown since has another, or a receiver would pass over what it has not seen.
 */
export function batchId(events: readonly string[]): string {
  const [only] = events;
  if (events.length === 1 && only !== undefined) return only;
  return `bat_${createHash("sha256").update(events.join(" ")).digest("hex").slice(0, 32)}`;
}
