import type { z } from "zod";
import { Fault } from "./fault.ts";

/** What is wrong with one field of a request. */
export type FieldError = { readonly field: string; readonly message: string };

/**
 * Reads `value` by `schema`. Throws the Fault `invalid_request` that names the first offending
 * field, with all of them in its details.
 */
export function validate<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  const found = result.success ? withNul(result.data) : fieldErrors(result.error.issues);
  if (result.success && found.length === 0) return result.data;
  const first = found[0] ?? { field: "", message: "is not as the contract says" };
  throw new Fault("invalid_request", sentence(first), {
    ...(first.field === "" ? {} : { field: first.field }),
    ...(found.length > 1 ? { details: { errors: found.slice(0, MOST_TOLD) } } : {}),
  });
}

/** Texts with the character U+0000, which PostgreSQL keeps in no text. */
function withNul(value: unknown, field = ""): FieldError[] {
  if (typeof value === "string") {
    return value.includes("\0") ? [{ field, message: "must not hold the character U+0000" }] : [];
  }
  if (!isObject(value)) return [];
  return Object.entries(Object(value)).flatMap(([key, inner]) => {
    const place = field === "" ? key : `${field}.${key}`;
    return withNul(key, place).concat(withNul(inner, place));
  });
}

/** A hostile body may have any number of mistakes. */
const MOST_TOLD = 20;

const MISSING = "is missing: give it";

const sentence = ({ field, message }: FieldError): string =>
  field === "" ? `The request is refused: ${message}` : `${field}: ${message}`;

type Issue = z.core.$ZodIssue;

function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({
        field: path([...issue.path, key]),
        message: "is not a field of this request: remove it",
      }));
    }
    if (issue.code === "invalid_union") {
      const nearest = nearestBranch(issue.errors);
      if (nearest !== undefined) {
        // What is missing depends on the shape that was meant: the schema itself says which there are.
        const message = nearest.message === MISSING ? issue.message : nearest.message;
        return [{ field: path([...issue.path, nearest.field]), message }];
      }
    }
    return [{ field: path(issue.path), message: told(issue) }];
  });
}

/** Of a choice of shapes, what is wrong inside the one that the value comes nearest to. */
function nearestBranch(branches: readonly (readonly Issue[])[]): FieldError | undefined {
  const found = branches
    .map((branch) => fieldErrors(branch))
    .filter((errors) => errors.length > 0 && errors.every(({ field }) => field !== ""));
  return found.toSorted((a, b) => a.length - b.length)[0]?.[0];
}

function told(issue: Issue): string {
  const { input } = issue;
  if (issue.path.length === 0 && !isObject(input)) return "send a JSON object";
  if (issue.code === "invalid_type" && input === undefined) return MISSING;
  if (issue.code === "invalid_value") {
    const one = issue.values.length === 1 ? "" : "one of ";
    return `give ${one}${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  const message = issue.message.replace(/^(Invalid input|Too (small|big)): /, "");
  return message.charAt(0).toLowerCase() + message.slice(1);
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null;

const path = (parts: readonly PropertyKey[]): string => parts.map(String).join(".");
