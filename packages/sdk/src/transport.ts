import { apiPath } from "@oxbow/contract";
import { errorOf, OxbowError } from "./oxbow-error.ts";
import { longestDelay, waitFor } from "./wait-for.ts";

/** What `fetch` must be able to do. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export type ClientOptions = {
  /** Where the server is: `http://127.0.0.1:8080`. */
  readonly url: string;
  /** The API key. */
  readonly key: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: Fetch;
  /** How often a request that may be sent twice is sent again, 3 unless told. */
  readonly retries?: number;
  /** Milliseconds for one attempt, 30,000 unless told. */
  readonly timeoutMs?: number;
  /** Instead of waiting by the clock. */
  readonly wait?: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
};

export type CallOptions = {
  readonly signal?: AbortSignal;
  /** For what creates: your own, so that a program that was restarted makes no second thing either. */
  readonly idempotencyKey?: string;
};

/** One request of the API. */
export type Call = {
  readonly method: string;
  /** Under /api/v1, with its parameters in place. */
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  /** Where the body is a text or bytes of this type and no JSON. */
  readonly bodyType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** It may be sent again when its answer is lost. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal | undefined;
};

const RETRIES = 3;
const TIMEOUT_MS = 30_000;
const RETRY_AFTER_MOST_MS = 60_000;

/** Answers that come of the moment. 409 only with Retry-After: a first request is still running. */
const passing = new Set([429, 500, 502, 503, 504]);

/** Sends requests to one server: key, retries, timeouts, errors. */
export class Transport {
  readonly #options: ClientOptions;
  readonly #base: string;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#base = `${options.url.replace(/\/+$/, "")}${apiPath}`;
  }

  /** The answer, where it is a success. Throws `OxbowError`, or the signal's reason. */
  async send(call: Call): Promise<Response> {
    const { retries = RETRIES, wait = waitFor } = this.#options;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.#attempt(call);
      if (outcome instanceof Response && outcome.ok) return outcome;
      // A deletion whose answer was lost has been done.
      if (attempt > 0 && isGone(call, outcome)) return new Response(null, { status: 204 });
      const delay = call.repeatable && attempt < retries ? delayAfter(outcome, attempt) : undefined;
      if (delay === undefined) throw outcome instanceof Response ? await errorOf(outcome) : outcome;
      if (outcome instanceof Response) await outcome.body?.cancel();
      await wait(delay, call.signal);
    }
  }

  /** The answer's JSON; undefined where it has no body. */
  async json(call: Call): Promise<unknown> {
    const response = await this.send(call);
    const text = await response.text();
    if (text === "") return undefined;
    try {
      return JSON.parse(text);
    } catch (cause) {
      const { status } = response;
      throw new OxbowError("unexpected_answer", "The answer is no JSON", { status, cause });
    }
  }

  /** An answer without end: no timeout, no retry. */
  async open(call: Omit<Call, "repeatable">): Promise<Response> {
    const outcome = await this.#fetch(call, call.signal);
    if (outcome instanceof Response && !outcome.ok) throw await errorOf(outcome);
    if (outcome instanceof OxbowError) throw outcome;
    return outcome;
  }

  #attempt(call: Call): Promise<Response | OxbowError> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS);
    return this.#fetch(call, call.signal ? AbortSignal.any([call.signal, timeout]) : timeout);
  }

  async #fetch(
    call: Omit<Call, "repeatable">,
    signal: AbortSignal | undefined,
  ): Promise<Response | OxbowError> {
    const { fetch = globalThis.fetch, key } = this.#options;
    const headers: Record<string, string> = { ...call.headers, authorization: `Bearer ${key}` };
    const body = bodyOf(call);
    if (body !== undefined) headers["content-type"] = call.bodyType ?? "application/json";
    const url = `${this.#base}${call.path}${queryText(call.query)}`;
    try {
      return await fetch(url, {
        method: call.method,
        headers,
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      // Whoever gave up gets his own reason.
      call.signal?.throwIfAborted();
      return new OxbowError(
        "unreachable",
        `No answer from ${this.#options.url}: ${reason(cause)}`,
        {
          cause,
        },
      );
    }
  }
}

function bodyOf({
  body,
  bodyType,
}: Pick<Call, "body" | "bodyType">): string | Uint8Array<ArrayBuffer> | undefined {
  if (body === undefined) return undefined;
  // A view of shared memory is refused by fetch: this is a copy.
  if (body instanceof Uint8Array) return new Uint8Array(body);
  return bodyType !== undefined && typeof body === "string" ? body : JSON.stringify(body);
}

/** `fetch` tells what happened in the cause of its cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return "it took too long";
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}

function isGone(call: Call, outcome: Response | OxbowError): boolean {
  return call.method === "DELETE" && outcome instanceof Response && outcome.status === 404;
}

/** How long to wait before the next attempt, undefined where there is none. */
function delayAfter(outcome: Response | OxbowError, attempt: number): number | undefined {
  const jittered = Math.random() * longestDelay(attempt);
  if (outcome instanceof OxbowError) return jittered;
  const asked = Number(outcome.headers.get("retry-after") ?? Number.NaN) * 1000;
  if (!passing.has(outcome.status) && !(outcome.status === 409 && asked >= 0)) return undefined;
  return asked >= 0 ? Math.min(asked, RETRY_AFTER_MOST_MS) + jittered : jittered;
}

/** Lists become comma lists; what is undefined is left out. */
function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const text = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
  return text === "" ? "" : `?${text}`;
}
