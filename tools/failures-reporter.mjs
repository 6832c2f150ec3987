import { relative } from "node:path";

/**
 * A reporter of `node --test`: a line of JSON for each test that failed, with the file that it is in and
 * why. A test that failed by its subtests alone has no line of its own.
 *
 * @param {AsyncIterable<import("node:test/reporters").TestEvent>} events
 * @returns {AsyncGenerator<string>}
 */
export default async function* failures(events) {
  for await (const { type, data } of events) {
    if (type !== "test:fail" || data.todo !== undefined) continue;
    const { error } = data.details;
    if ("failureType" in error && error.failureType === "subtestsFailed") continue;
    const { cause } = error;
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : error.message;
    const file = data.file === undefined ? data.name : relative(process.cwd(), data.file);
    yield `${JSON.stringify({ file, name: data.name, why })}\n`;
  }
}
