import type { AnswerOf, SiteOperation } from "@oxbow/site-contract";
import { sitePaths } from "@oxbow/site-contract/paths";
import { CallError, refusalOf } from "./call-error.ts";
import { type CallInput, type LooseInput, looseInput } from "./call-input.ts";

/** How long an answer may take, in milliseconds, where the caller says nothing else. */
const PATIENCE = 20_000;

export type CallOptions = {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number;
};

/** Where an operation is: `PATCH` and `/api/videos/vid_1?limit=3`. */
export function requestOf(
  id: SiteOperation,
  input: LooseInput,
): { readonly method: string; readonly url: string } {
  const [method = "GET", path = ""] = sitePaths[id].split(" ");
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(input.params?.[name] ?? ""),
  );
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) query.append(name, String(one));
    }
  }
  return { method, url: query.size === 0 ? filled : `${filled}?${query}` };
}

/** What went wrong before an answer: the caller's own abort stays as it is. */
function unanswered(cause: unknown, asked: AbortSignal | undefined): unknown {
  if (asked?.aborted === true) return cause;
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return new CallError("timeout", "The site did not answer in time", { cause });
  }
  return new CallError("offline", "The site cannot be reached", { cause });
}

/**
 * Calls an operation of the site's API.
 *
 * @throws CallError where it is refused or not answered; the signal's reason where it was aborted
 */
export async function call<Id extends SiteOperation>(
  id: Id,
  input: CallInput<Id>,
  options: CallOptions = {},
): Promise<AnswerOf<Id>> {
  const answer = await request(id, looseInput(input), options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the server has checked it; the contract's schemas are too large for pages
  return answer as AnswerOf<Id>;
}

/** The same without types: the body of the answer, undefined where there is none. */
export async function request(
  id: SiteOperation,
  input: LooseInput,
  options: CallOptions = {},
): Promise<unknown> {
  const { method, url } = requestOf(id, input);
  const limits = [AbortSignal.timeout(options.timeout ?? PATIENCE)];
  if (options.signal !== undefined) limits.push(options.signal);
  try {
    const response = await fetch(url, {
      method,
      signal: AbortSignal.any(limits),
      headers: {
        accept: "application/json, application/problem+json",
        // Also without a body: the site takes changes as JSON alone, which no form can send.
        ...(method === "GET" ? {} : { "content-type": "application/json" }),
      },
      ...(method === "GET" ? {} : { body: JSON.stringify(input.body ?? {}) }),
    });
    const body = parsed(await response.text());
    if (!response.ok) throw refusalOf(response.status, body);
    return body;
  } catch (cause) {
    throw cause instanceof CallError ? cause : unanswered(cause, options.signal);
  }
}

function parsed(text: string): unknown {
  if (text === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    // A page of a proxy: only its status counts.
    return undefined;
  }
}
