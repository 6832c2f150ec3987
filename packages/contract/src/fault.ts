import { errors } from "./errors.ts";

/** A code of the error registry. */
export type ErrorCode = keyof typeof errors;

/**
 * An expected failure with a stable code. `http` answers it as RFC 9457 problem details; a job keeps
 * it as its error. The message names the action, the quoted value and the state; no full stop.
 */
export class Fault extends Error {
  override readonly name = "Fault";
  readonly code: ErrorCode;
  /** The offending field, as a path into the request: `from`, `retention.days`. */
  readonly field: string | undefined;
  /** Further members of the problem. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    extra: { field?: string; details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.field = extra.field;
    this.details = extra.details ?? {};
  }
}
