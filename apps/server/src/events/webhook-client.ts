import type { Attempt } from "@oxbow/contract";
import { type Millis, rfc3339 } from "@oxbow/media";
import { Agent, request } from "undici";
import type { World } from "../world.ts";
import { guardedLookup } from "./address-guard.ts";
import type { StoredSink } from "./ports.ts";
import { retryAfter } from "./retry-after.ts";
import { signatureHeaders } from "./signature.ts";

const TIMEOUT_MS = 15_000;
const ANSWER_BYTES = 1_000;

export type Answer = {
  readonly attempt: Attempt;
  readonly status: number | null;
  readonly retryAfterMs: number | null;
};

/** Sends signed messages, and tells what came back. */
export class WebhookClient implements AsyncDisposable {
  readonly #world: World;
  // No redirects: undici follows none unless told to (a redirect could lead where the URL may not).
  readonly #agent = new Agent({
    connect: { lookup: guardedLookup, timeout: TIMEOUT_MS },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
  });

  constructor(world: World) {
    this.#world = world;
  }

  async post(sink: StoredSink, id: string, body: string): Promise<Answer> {
    const now = this.#world.now();
    const began = performance.now();
    const done = (outcome: Pick<Attempt, "status" | "answer" | "error">): Attempt => ({
      time: rfc3339(now),
      milliseconds: Math.round(performance.now() - began),
      ...outcome,
    });
    try {
      const response = await request(sink.url, {
        method: "POST",
        dispatcher: this.#agent,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          "content-type": "application/json",
          "user-agent": "Oxbow",
          ...signatureHeaders(id, now, body, secretsOf(sink, now)),
        },
        body,
      });
      const status = response.statusCode;
      const header = response.headers["retry-after"];
      const answer = await firstBytes(response.body);
      return {
        attempt: done({ status, answer, error: null }),
        status,
        retryAfterMs: retryAfter(Array.isArray(header) ? header[0] : header, now),
      };
    } catch (error) {
      return {
        attempt: done({ status: null, answer: null, error: messageOf(error) }),
        status: null,
        retryAfterMs: null,
      };
    }
  }

  /** Ends what is under way too. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#agent.destroyed) await this.#agent.destroy();
  }
}

function secretsOf({ secret, previous }: StoredSink, now: Millis): string[] {
  return previous === null || previous.until <= now ? [secret] : [secret, previous.secret];
}

/** What the log shows of an answer; the rest of a long one is not read. */
async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > ANSWER_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, ANSWER_BYTES).toString("utf8").replaceAll("\0", "");
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `No answer within ${TIMEOUT_MS / 1000} s`;
  return error.message;
}
