import type { SiteErrorCode } from "@oxbow/site-contract";

/** Codes of the API, and what happens before it answers. */
export type CallErrorCode = SiteErrorCode | "offline" | "timeout";

const codeOfStatus: Readonly<Record<number, SiteErrorCode>> = {
  400: "invalid_request",
  401: "not_signed_in",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  410: "gone",
  413: "too_large",
  429: "too_many_requests",
  502: "media_server_refused",
  503: "media_server_away",
};

/** A call that was refused, or never answered. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: CallErrorCode;
  /** A finer code of the feature, for example `handle_taken`. */
  readonly reason: string | undefined;
  /** The field of body or query that is wrong. */
  readonly field: string | undefined;
  /** HTTP status; 0 where nothing was answered. */
  readonly status: number;

  constructor(
    code: CallErrorCode,
    message: string,
    more: {
      reason?: string | undefined;
      field?: string | undefined;
      status?: number;
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.reason = more.reason;
    this.field = more.field;
    this.status = more.status ?? 0;
  }
}

const isCode = (code: unknown): code is SiteErrorCode =>
  code === "internal" || Object.values(codeOfStatus).some((known) => known === code);

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** A refusal as RFC 9457 tells it; a proxy's page without a problem counts by its status. */
export function refusalOf(status: number, body: unknown): CallError {
  const problem: Readonly<Record<string, unknown>> =
    typeof body === "object" && body !== null ? { ...body } : {};
  const told = problem["code"];
  const code = isCode(told) ? told : (codeOfStatus[status] ?? "internal");
  const message = textOf(problem["detail"]) ?? textOf(problem["title"]) ?? `Answered ${status}`;
  return new CallError(code, message, {
    reason: textOf(problem["reason"]) ?? (isCode(told) ? undefined : textOf(told)),
    field: textOf(problem["field"]),
    status,
  });
}
