import { type Event, readEvent } from "@oxbow/contract";

/** Headers of a request, as frameworks have them. */
export type WebhookHeaders =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

export type WebhookRequest = {
  /** The sink's secret (`whsec_…`); while it rotates, the old and the new one. */
  readonly secret: string | readonly string[];
  readonly headers: WebhookHeaders;
  /** The body exactly as it came: not parsed and not formatted again. */
  readonly body: string | Uint8Array;
  /** Seconds that the signature may be old, or the clocks apart: 300 unless told. */
  readonly tolerance?: number;
  /** Unix milliseconds now, for tests. */
  readonly now?: number;
};

/** Why a webhook is not to be believed. */
export class WebhookError extends Error {
  override readonly name = "WebhookError";
}

/**
 * Checks that a webhook comes from the server and is fresh (Standard Webhooks 1.0), and returns its
 * event. Throws `WebhookError`: answer 400. Events come at least once: keep their `id`, and do
 * nothing the second time.
 */
export async function verifyWebhook(request: WebhookRequest): Promise<Event> {
  const value = await verified(request);
  if (Array.isArray(value)) {
    throw new WebhookError("The body is a batch: use verifyWebhooks for sinks with a batch size");
  }
  return asEvent(value);
}

/** The same for sinks with a batch size: one event or several, in order. */
export async function verifyWebhooks(request: WebhookRequest): Promise<Event[]> {
  const value = await verified(request);
  return Array.isArray(value) ? value.map(asEvent) : [asEvent(value)];
}

async function verified(request: WebhookRequest): Promise<unknown> {
  const id = header(request.headers, "webhook-id");
  const timestamp = header(request.headers, "webhook-timestamp");
  const signatures = header(request.headers, "webhook-signature");
  checkTime(timestamp, request);
  const body = bytesOf(request.body);
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const secrets = typeof request.secret === "string" ? [request.secret] : request.secret;
  // Several stand in the header while a secret rotates; other versions than v1 are not ours.
  const given = signatures
    .split(" ")
    .filter((part) => part.startsWith("v1,"))
    .map((part) => decodeBase64(part.slice("v1,".length)));
  for (const secret of secrets) {
    const key = await keyOf(secret);
    for (const signature of given) {
      // `verify` compares in constant time.
      if (signature && (await crypto.subtle.verify("HMAC", key, signature, signed))) {
        return parse(body);
      }
    }
  }
  throw new WebhookError("The signature is not of any secret given");
}

function header(headers: WebhookHeaders, name: string): string {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (typeof value === "string" && value !== "") return value;
  throw new WebhookError(`The header ${name} is missing`);
}

function checkTime(timestamp: string, { tolerance = 300, now = Date.now() }: WebhookRequest): void {
  if (!/^\d{1,12}$/.test(timestamp)) throw new WebhookError("webhook-timestamp is no time");
  const age = now / 1000 - Number(timestamp);
  if (Math.abs(age) > tolerance) {
    const side = age > 0 ? "old" : "in the future";
    throw new WebhookError(
      `The webhook is ${Math.round(Math.abs(age))} s ${side}: check the clocks`,
    );
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

function bytesOf(body: string | Uint8Array): Bytes {
  if (typeof body === "string") return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return new Uint8Array(body);
  throw new TypeError("Give the body as it came, as text or bytes: parsed JSON can't be verified");
}

function concat(a: Bytes, b: Bytes): Bytes {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

/** Keys that were made of secrets already: a receiver has one or two. */
const keys = new Map<string, ReturnType<typeof importKey>>();
const KEYS = 16;

function keyOf(secret: string): ReturnType<typeof importKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  if (keys.size >= KEYS) keys.clear();
  const key = importKey(secret);
  keys.set(secret, key);
  // What is no secret is told each time it is given.
  key.catch(() => keys.delete(secret));
  return key;
}

async function importKey(secret: string) {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ""));
  if (bytes === undefined || bytes.length === 0) {
    throw new TypeError("The secret is not one of a sink: it begins with whsec_");
  }
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, [
    "verify",
  ]);
}

function decodeBase64(text: string): Bytes | undefined {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    // No base64 is no signature; the caller goes on to the next.
    return undefined;
  }
}

function parse(body: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new WebhookError("The body is no JSON", { cause });
  }
}

function asEvent(value: unknown): Event {
  try {
    return readEvent(value);
  } catch (cause) {
    throw new WebhookError("The body is no event", { cause });
  }
}
