import assert from "node:assert/strict";
import { ApiKey, errors, Problem } from "@oxbow/contract";
import type { ServerProcess } from "./server-process.ts";

/** An answer of the API or of a media URL, read whole. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; the text where it is none. */
  readonly body: unknown;
};

export type CallOptions = {
  readonly body?: unknown;
  /** Another key than the server's first; null: none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Calls `METHOD /path` of the API, whatever it answers. A path outside of the API begins with `//`. */
export type Caller = (request: string, options?: CallOptions) => Promise<Answer>;

export function callerOf(server: Pick<ServerProcess, "http" | "key">): Caller {
  return async (request, { body, key = server.key, headers = {} } = {}) => {
    const [method = "GET", path = "/"] = request.split(" ", 2);
    const url = path.startsWith("//") ? path.slice(1) : `/api/v1${path}`;
    const answer = await fetch(server.http + url, {
      method,
      redirect: "manual",
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, body: parsed(text) };
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A refusal in problem details (RFC 9457) with this code and the status that the code stands for. */
export function assertRefused(
  { status, headers, body }: Answer,
  code: keyof typeof errors,
  field?: string,
): void {
  assert.equal(headers.get("content-type"), "application/problem+json", JSON.stringify(body));
  const problem = Problem.parse(body);
  assert.deepEqual(
    { status, code: problem.code, field: problem.field },
    { status: errors[code].status, code, field },
    problem.detail,
  );
  assert.equal(problem.status, status);
  assert.equal(problem.type, `urn:oxbow:problem:${code}`);
  assert.equal(problem.title, errors[code].title);
  assert.ok(problem.detail.length > 0);
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Every text of an answer that begins like a time. */
function timesIn(value: unknown): string[] {
  if (typeof value === "string") return /^\d{4}-\d\d-\d\dT/.test(value) ? [value] : [];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(timesIn) : [];
}

/** An answer has times, and all of them are RFC 3339 in UTC with milliseconds. */
export function assertTimes({ body }: Pick<Answer, "body">): void {
  const times = timesIn(body);
  assert.ok(times.length > 0, "there are times");
  assert.deepEqual(
    times.filter((time) => !TIME.test(time)),
    [],
  );
}

/** A new API key of a scope. */
export async function keyOf(call: Caller, scope: ApiKey["scope"]): Promise<string> {
  const { body } = await call("POST /keys", { body: { name: `a key to ${scope}`, scope } });
  return ApiKey.parse(body).key ?? "";
}
