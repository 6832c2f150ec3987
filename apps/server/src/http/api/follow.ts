import { Fault, routes, validate } from "@oxbow/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { World } from "../../world.ts";
import { beginEventStream, sendEvents } from "./event-stream.ts";
import type { HandlerInput, Handlers } from "./handlers.ts";
import type { Caller } from "./ports.ts";

/** What the followers of one API share. */
type Feeds = {
  readonly handlers: Pick<Handlers, "events.live">;
  readonly world: World;
  readonly maxFeeds: number;
  /** Followers now. */
  feeds: number;
  /** Aborted when the API closes. */
  readonly closing: AbortSignal;
};

/** Answers with the event feed, the one answer that has no end. */
export async function follow(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  binding: Feeds,
): Promise<FastifyReply> {
  if (binding.feeds >= binding.maxFeeds) {
    throw new Fault("limit_reached", `The event feed has its ${binding.maxFeeds} followers`);
  }
  const input = feedInput(request, caller);
  if (request.method === "HEAD") {
    return reply.header("content-type", "text/event-stream; charset=utf-8").send();
  }
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, binding.closing]);
  binding.feeds++;
  try {
    const feed = await binding.handlers["events.live"]({ ...input, signal });
    reply.hijack();
    beginEventStream(reply.raw);
    await sendEvents(reply.raw, feed, signal);
  } catch (error) {
    if (!reply.sent) throw error;
    binding.world.log.error({ err: error, request: request.id }, "an event feed broke off");
  } finally {
    binding.feeds--;
  }
  return reply;
}

function feedInput(request: FastifyRequest, caller: Caller): HandlerInput<"events.live"> {
  const route = routes["events.live"];
  const params = validate(route.params, request.params);
  const query = validate(route.query, request.query);
  const last = request.headers["last-event-id"];
  const input = { params, query, body: undefined, auth: { key: caller } };
  if (last === undefined || last === "") return input;
  if (typeof last !== "string" || !/^\d{1,15}$/.test(last)) {
    throw new Fault("invalid_request", "Last-Event-ID: give the sequence of an event", {
      field: "Last-Event-ID",
    });
  }
  return { ...input, query: { ...query, after: Number(last) } };
}
