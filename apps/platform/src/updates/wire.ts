import { type FromPage, isTopic, type ToPage } from "@oxbow/site-contract";
import { pageTopic } from "./topics.ts";
import type { LoggedUpdate } from "./update-log.ts";

/** Reads a page's message; undefined where it is none. */
export function readFromPage(text: string, topics: number): FromPage | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null || !("listen" in said)) return undefined;
  const { listen } = said;
  if (!Array.isArray(listen) || listen.length > topics || !listen.every(isTopic)) return undefined;
  if (!("after" in said)) return { listen };
  const { after } = said;
  const isId = typeof after === "number" && Number.isSafeInteger(after) && after >= 0;
  return isId ? { listen, after } : undefined;
}

export const written = (message: ToPage): string => JSON.stringify(message);

/** Updates as one message. What is JSON in the log is not read again. */
export function writtenUpdates(updates: readonly LoggedUpdate[]): Buffer {
  const items = updates.map(
    ({ id, topic, type, data }) =>
      `{"id":${id},"topic":${JSON.stringify(pageTopic(topic))},"type":${JSON.stringify(type)},"data":${data}}`,
  );
  return Buffer.from(`{"updates":[${items.join(",")}]}`);
}

/** Bytes of data, and updates, in one message. */
const RUN_BYTES = 65_536;
const RUN_UPDATES = 200;

/** Updates in order; those of the same topic that stand together are one message, up to its limits. */
export function runsOf(updates: readonly LoggedUpdate[]): LoggedUpdate[][] {
  const runs: LoggedUpdate[][] = [];
  let bytes = 0;
  for (const update of updates) {
    const run = runs.at(-1);
    bytes += update.data.length;
    if (run?.[0]?.topic === update.topic && run.length < RUN_UPDATES && bytes < RUN_BYTES) {
      run.push(update);
      continue;
    }
    runs.push([update]);
    bytes = update.data.length;
  }
  return runs;
}
