import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { type Millis, plus } from "@oxbow/media";
import { Webhook } from "standardwebhooks";
import { Agent, request } from "undici";
import type { World } from "../world.ts";
import type { Refusal } from "./ports.ts";

const TIMEOUT_MS = 3_000;
/** Questions that are asked at the same time, and those that wait for their turn. */
const ASKED = 32;
const WAITING = 2_000;
const CONNECTIONS = 16;
const ANSWER_BYTES = 16_384;
const REASON = 300;
const WARN_EVERY_MS = 10_000;
/** How long an answer holds that does not say. */
const HOLDS_MS = 10_000;
const LONGEST_MS = 24 * 3_600_000;

/** What the operator's program is asked about. No key is in it, and no token: only what the token claims. */
export type Question = {
  readonly action: "publish" | "play";
  readonly stream: { readonly id: string; readonly name: string } | null;
  readonly asset: string | null;
  readonly protocol: string;
  /** Address, of encoders with the port. */
  readonly address: string;
  /** What the other side calls itself. */
  readonly userAgent: string | null;
  readonly claims: Readonly<Record<string, unknown>> | null;
};

export type Decision = {
  readonly refusal: Refusal | undefined;
  /** The answer is good before this time. */
  readonly until: Millis;
  /** Whether the answer itself said how long (`Cache-Control: max-age`). */
  readonly told: boolean;
};

export type CallbackOptions = {
  readonly url: string;
  /** `whsec_…`: what questions are signed with. */
  readonly secret: string;
  /** Whether silence and nonsense mean yes. */
  readonly failOpen: boolean;
  readonly timeoutMs?: number;
};

/**
 * Asks the operator's program by a signed POST (Standard Webhooks 1.0) whether somebody may publish or
 * play: 2xx is yes, 401 and 403 are no, with the reason of the body.
 */
export class DecisionCallback implements AsyncDisposable {
  readonly #options: CallbackOptions;
  readonly #webhook: Webhook;
  readonly #world: World;
  readonly #agent = new Agent({ connections: CONNECTIONS, connect: { timeout: TIMEOUT_MS } });
  readonly #turns: (() => void)[] = [];
  #asking = 0;
  #undecided = 0;
  #warnedAt = Number.NEGATIVE_INFINITY;

  constructor(options: CallbackOptions, world: World) {
    this.#options = options;
    this.#webhook = new Webhook(options.secret);
    this.#world = world;
  }

  async ask(question: Question): Promise<Decision> {
    if (this.#asking >= ASKED) {
      if (this.#turns.length >= WAITING) return this.#failed("too many wait for its answer");
      await new Promise<void>((resolve) => this.#turns.push(resolve));
    } else this.#asking += 1;
    try {
      return await this.#post(question);
    } catch (error) {
      return this.#failed(reasonOf(error));
    } finally {
      // The turn goes on to the next, or is free again.
      const next = this.#turns.shift();
      if (next) next();
      else this.#asking -= 1;
    }
  }

  async #post(question: Question): Promise<Decision> {
    const { url, timeoutMs = TIMEOUT_MS } = this.#options;
    const now = new Date(this.#world.now());
    const id = `ask_${randomUUID()}`;
    const body = JSON.stringify({ ...question, time: now.toISOString() });
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await request(url, {
      method: "POST",
      dispatcher: this.#agent,
      signal,
      headers: {
        "content-type": "application/json",
        "user-agent": "Oxbow",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
        "webhook-signature": this.#webhook.sign(id, now, body),
      },
      body,
    });
    const { statusCode, headers } = answer;
    const holds = maxAge(headers["cache-control"]);
    const until = this.#until(holds ?? HOLDS_MS);
    const told = holds !== undefined;
    if (statusCode >= 200 && statusCode < 300) {
      await answer.body.dump({ limit: ANSWER_BYTES, signal });
      return { refusal: undefined, until, told };
    }
    if (statusCode !== 401 && statusCode !== 403) {
      await answer.body.dump({ limit: ANSWER_BYTES, signal });
      return this.#failed(`it answered ${statusCode}`);
    }
    const length = Number(headers["content-length"] ?? 0);
    const said = length > ANSWER_BYTES ? "" : await text(bounded(answer.body));
    const message = reasonIn(said) ?? `Not allowed to ${question.action}`;
    return { refusal: { code: "refused_by_callback", message }, until, told };
  }

  /** No answer that could be used. It is asked again soon. */
  #failed(why: string): Decision {
    const { failOpen } = this.#options;
    this.#warn(why);
    const until = this.#until(failOpen ? HOLDS_MS : 1_000);
    const message = "The program that decides about this gives no answer";
    const refusal = { code: "refused_by_callback", message } as const;
    return { refusal: failOpen ? undefined : refusal, until, told: failOpen };
  }

  /** A crowd that nobody decides about is one line now and then. */
  #warn(why: string): void {
    this.#undecided += 1;
    const now = this.#world.now();
    if (Math.abs(now - this.#warnedAt) < WARN_EVERY_MS) return;
    const { url, failOpen } = this.#options;
    const { log } = this.#world;
    log.warn({ url, why, failOpen, undecided: this.#undecided }, "the callback did not decide");
    this.#warnedAt = now;
    this.#undecided = 0;
  }

  #until(ms: number): Millis {
    return plus(this.#world.now(), ms);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#agent.destroyed) await this.#agent.destroy();
  }
}

async function* bounded(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > ANSWER_BYTES) return;
    yield piece;
  }
}

/**
 * Milliseconds of `max-age` (RFC 9111 §5.2.2.1). `no-store`, `no-cache` and `max-age=0` are what web
 * frameworks say of every answer: they say nothing of this one.
 */
function maxAge(header: string | string[] | undefined): number | undefined {
  const value = Array.isArray(header) ? header.join(",") : (header ?? "");
  const seconds = Number(/\bmax-age\s*=\s*"?(\d{1,9})/i.exec(value)?.[1] ?? 0);
  return seconds === 0 ? undefined : Math.min(seconds * 1000, LONGEST_MS);
}

/** `reason`, `detail` or `message` of a JSON body, or a short text. */
function reasonIn(body: string): string | undefined {
  const said = body.trim();
  if (said === "") return undefined;
  let value: unknown = said;
  try {
    value = JSON.parse(said);
  } catch {
    // Text is a reason too.
  }
  if (typeof value === "string") return printable(value);
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Record<string, unknown> = { ...value };
  const reason = fields["reason"] ?? fields["detail"] ?? fields["message"];
  return typeof reason === "string" ? printable(reason) : undefined;
}

/** What an encoder or a log may be shown. */
function printable(value: string): string | undefined {
  const line = value.replace(/\p{Cc}+/gu, " ").trim();
  return line === "" || line.startsWith("<") ? undefined : line.slice(0, REASON);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it gave no answer in time";
  return error.message === "" ? error.name : error.message;
}
