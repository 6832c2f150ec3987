import { z } from "zod";
import type { Scope } from "../entities/index.ts";
import type { ErrorCode } from "../fault.ts";

/** What a route answers when it does what was asked. */
export type RouteResponse =
  | { readonly status: 200 | 201 | 202; readonly schema: z.ZodType; readonly as?: "json" }
  /** Server-sent events; the schema is that of one event's `data`. */
  | { readonly status: 200; readonly schema: z.ZodType; readonly as: "event-stream" }
  /** A document that is not one of the contract's entities. */
  | { readonly status: 200; readonly schema: z.ZodType; readonly as: "document" }
  | { readonly status: 204; readonly schema?: undefined };

/** One operation of the API. */
export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Under /api/v1, parameters in braces: `/streams/{stream}`. */
  readonly path: string;
  /** The least scope that a key needs. */
  readonly scope: Scope;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body?: z.ZodType;
  /** Where the body is a text of this type and no JSON; then it is read as a string. */
  readonly bodyType?: "text/vtt";
  /** The longest body in bytes, where it is not the server's usual one. */
  readonly maxBody?: number;
  readonly response: RouteResponse;
  /** What it may answer besides the errors of every route. */
  readonly errors: readonly ErrorCode[];
  /** Takes `Idempotency-Key`: the same key and body bring the same answer, and no second thing. */
  readonly idempotent?: true;
  /** One line in the imperative, no full stop. */
  readonly summary: string;
  readonly description: string;
  readonly example: { readonly body?: unknown; readonly response?: unknown };
};

/** No parameters: further ones are refused. */
export const none = z.strictObject({});

/** Where every route of the table lives. */
export const apiPath = "/api/v1";
