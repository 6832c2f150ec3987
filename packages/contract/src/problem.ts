import { z } from "zod";
import { errors } from "./errors.ts";
import type { ErrorCode, Fault } from "./fault.ts";

export const problemMediaType = "application/problem+json";

const isErrorCode = (value: string): value is ErrorCode => Object.hasOwn(errors, value);

/** Every code of the registry. */
export const errorCodes: readonly ErrorCode[] = Object.keys(errors).filter(isErrorCode);

/** RFC 9457 problem details, as every refusal is told. */
export const Problem = z
  .object({
    type: z.string().meta({ description: "Stable, one for each code" }),
    title: z.string().meta({ description: "The same for every problem of this code" }),
    status: z.int(),
    code: z.enum(errorCodes),
    detail: z.string().meta({ description: "What happened this time, and what to do" }),
    field: z.string().optional().meta({ description: "The offending field: retention.days" }),
    instance: z.string().optional().meta({ description: "Names this request in the server's log" }),
  })
  .catchall(z.unknown())
  .meta({ description: "RFC 9457 problem details" });

export type Problem = z.infer<typeof Problem>;

/** The problem that tells of a fault. `request` is the id that the log knows the request by. */
export function problemOf(fault: Fault, request?: string): Problem {
  const { status, title } = errors[fault.code];
  return {
    ...fault.details,
    type: `urn:oxbow:problem:${fault.code}`,
    title,
    status,
    code: fault.code,
    detail: fault.message,
    ...(fault.field === undefined ? {} : { field: fault.field }),
    ...(request === undefined ? {} : { instance: `urn:oxbow:request:${request}` }),
  };
}
