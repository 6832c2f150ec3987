import { type ErrorCode, errors, Problem } from "@oxbow/contract";

/** A code of the server, or why there was no answer of the server's own. */
export type OxbowErrorCode =
  | ErrorCode
  /** No answer came: the server is down, the network broke, or it took too long. */
  | "unreachable"
  /** Something between here and the server answered, not the server. */
  | "unexpected_answer";

/** What the server refused, with the members of its problem details (RFC 9457). */
export class OxbowError extends Error {
  override readonly name = "OxbowError";
  readonly code: OxbowErrorCode;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  /** The offending field of the request: `retention.days`. */
  readonly field: string | undefined;
  /** Whether the same request may well succeed later. */
  readonly retryable: boolean;
  /** The whole problem, where the server sent one. */
  readonly problem: Problem | undefined;

  constructor(
    code: OxbowErrorCode,
    message: string,
    extra: { status?: number; problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, extra.cause === undefined ? undefined : { cause: extra.cause });
    this.code = code;
    this.status = extra.status ?? 0;
    this.problem = extra.problem;
    this.field = extra.problem?.field;
    this.retryable =
      code === "unreachable" ||
      (code === "unexpected_answer" ? this.status >= 500 : isRetryable(code));
  }
}

// A server that is newer may answer with a code that this version does not know.
const isRetryable = (code: string): boolean =>
  Object.entries(errors).some(([known, { retryable }]) => known === code && retryable);

/** The error that a refusing answer tells of. */
export async function errorOf(response: Response): Promise<OxbowError> {
  const { status } = response;
  const text = await response.text();
  const problem = readProblem(text);
  if (problem !== undefined)
    return new OxbowError(problem.code, problem.detail, { status, problem });
  const start = text.slice(0, 200).replace(/\s+/g, " ").trim();
  return new OxbowError(
    "unexpected_answer",
    `Status ${status} without problem details${start === "" ? "" : `: ${start}`}`,
    { status },
  );
}

function readProblem(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : undefined;
  } catch {
    // No JSON is an answer of something else: the caller tells of it.
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  const known = Problem.omit({ code: true, type: true });
  if (typeof value !== "object" || value === null || !known.safeParse(value).success) return false;
  return "code" in value && typeof value.code === "string";
}
