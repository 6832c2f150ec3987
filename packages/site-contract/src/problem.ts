import { z } from "zod";

/** Codes of refusals; a page has a text for each. */
export const siteErrors = {
  invalid_request: 400,
  not_signed_in: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  too_many_requests: 429,
  media_server_refused: 502,
  media_server_away: 503,
  internal: 500,
} as const;

export type SiteErrorCode = keyof typeof siteErrors;

/** RFC 9457, as every refusal of the site's API is told. */
export const SiteProblem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  /** One of `siteErrors`, or a feature's own finer code. */
  code: z.string(),
  detail: z.string().optional(),
  /** The field of the body or query that is wrong. */
  field: z.string().optional(),
});

export type SiteProblem = z.infer<typeof SiteProblem>;

/** A refusal: thrown by a feature, told as a problem. */
export class SiteFault extends Error {
  override readonly name = "SiteFault";
  readonly code: SiteErrorCode;
  /** A finer code of the feature, for example `handle_taken`; pages may have a text for it. */
  readonly reason: string | undefined;
  readonly field: string | undefined;

  constructor(
    code: SiteErrorCode,
    message: string,
    options: { reason?: string; field?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.field = options.field;
  }
}
