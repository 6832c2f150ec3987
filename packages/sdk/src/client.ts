import { type OperationId, operationIds, type Route, routes } from "@oxbow/contract";
import type { ClientMethods } from "./client-methods.ts";
import { type EventFeed, followEvents } from "./follow-events.ts";
import { type Page, PageRequest } from "./page-request.ts";
import { type Call, type CallOptions, type ClientOptions, Transport } from "./transport.ts";

/** The API of one media server. */
export type Client = ClientMethods & { readonly events: EventFeed };

/**
 * A client of the media server at `url`. Methods throw `OxbowError`. Requests that may be sent twice
 * (reading, changing, deleting, and creating, by an `Idempotency-Key` of its own) are sent again when
 * no answer comes or the server is not able for the moment.
 */
export function createClient(options: ClientOptions): Client {
  const transport = new Transport(options);
  const groups: Record<string, Record<string, unknown>> = {};
  for (const id of operationIds) {
    const [group = "", verb = ""] = id.split(".", 2);
    (groups[group] ??= {})[verb] = (...args: unknown[]) => call(transport, id, args);
  }
  const events = { ...groups["events"], follow: followEvents(transport, options) };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- made of the same table as its type
  return { ...groups, events } as unknown as Client;
}

/** Calls an operation with the arguments of its method. */
function call(transport: Transport, id: OperationId, args: unknown[]): unknown {
  const route: Route = routes[id];
  const rest = [...args];
  const path = route.path.replace(/\{(\w+)\}/g, (_, name) => segment(name, rest.shift()));
  const body = route.body === undefined ? undefined : rest.shift();
  const parameters = Object.keys(route.query.shape);
  const query = parameters.length === 0 ? {} : asRecord(rest.shift());
  const { signal, idempotencyKey }: CallOptions = asRecord(rest.shift());
  const request: Call = {
    method: route.method,
    path,
    body,
    ...(route.bodyType === undefined ? {} : { bodyType: route.bodyType }),
    query,
    repeatable: route.method !== "POST" || route.idempotent === true,
    signal,
    ...(route.idempotent
      ? { headers: { "idempotency-key": idempotencyKey ?? crypto.randomUUID() } }
      : {}),
  };
  if (!id.endsWith(".list")) return transport.json(request);
  const cursorName = cursorOf(parameters, query);
  return new PageRequest(async (cursor) => {
    const at = cursor === undefined ? {} : { [cursorName]: cursor };
    return asPage(await transport.json({ ...request, query: { ...query, ...at } }));
  });
}

/** The query parameter that `next` of a page is for. */
function cursorOf(parameters: readonly string[], query: Readonly<Record<string, unknown>>): string {
  if (parameters.includes("cursor")) return "cursor";
  return query["order"] === "newest" ? "before" : "after";
}

function segment(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return encodeURIComponent(value);
  throw new TypeError(`Give the ${name}, a string that is not empty`);
}

const asRecord = (value: unknown): Record<string, unknown> => ({ ...Object(value) });

// The server's own tests hold its answers against the contract.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- see above
const asPage = (value: unknown): Page<unknown> => value as Page<unknown>;
