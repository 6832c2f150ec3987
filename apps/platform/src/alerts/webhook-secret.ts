import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Tx } from "../store/index.ts";
import { type Reads, readSiteValue, writeSiteValue } from "./site-values.ts";

const NAME = "alerts.webhook-secret";
const SECRET_BYTES = 32;
/** For so long the secret before the last one signs too. */
const ROTATION_MS = 24 * 3_600_000;

const stored = z.object({
  current: z.string(),
  previous: z.object({ secret: z.string(), until: z.number() }).nullable(),
  /** Unix milliseconds. */
  madeAt: z.number(),
});

/** Makes a new secret, which is told only here. */
export async function rotateWebhookSecret(tx: Tx, now: number): Promise<string> {
  const before = await readSiteValue(tx, NAME, stored);
  const current = `whsec_${randomBytes(SECRET_BYTES).toString("base64")}`;
  const previous =
    before === undefined ? null : { secret: before.current, until: now + ROTATION_MS };
  await writeSiteValue(tx, NAME, { current, previous, madeAt: now });
  return current;
}

/** When the secret was made, Unix milliseconds; null where there is none as yet. */
export async function webhookSecretMadeAt(reads: Reads): Promise<number | null> {
  return (await readSiteValue(reads, NAME, stored))?.madeAt ?? null;
}

/** The secrets that sign a message now, the newest first; one is made where there is none. */
export async function webhookSecrets(tx: Tx, now: number): Promise<readonly string[]> {
  const found = await readSiteValue(tx, NAME, stored);
  if (found === undefined) return [await rotateWebhookSecret(tx, now)];
  const { current, previous } = found;
  return previous === null || previous.until <= now ? [current] : [current, previous.secret];
}
