import { SiteFault } from "@oxbow/site-contract";
import type { z } from "zod";

/** Reads what a caller sent by a schema; a SiteFault names the first field that is wrong. */
export function validate(schema: z.ZodType, value: unknown): unknown {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const field = [...(issue?.path ?? []), ...unknown].map(String).join(".");
  throw new SiteFault("invalid_request", issue?.message ?? "The input is not valid", {
    ...(field === "" ? {} : { field }),
  });
}

/** An operation without a body takes none, or an empty object. */
export function refuseBody(body: unknown): undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === "object" && Object.keys(body).length === 0) return undefined;
  throw new SiteFault("invalid_request", "This operation takes no body");
}
