import type { EventRecord, OperationId, Route, Routes, Told } from "@oxbow/contract";
import type { z } from "zod";
import type { Caller } from "./ports.ts";

/** The operations that the server's features answer; the API's own description is the binder's. */
type Operation = Exclude<OperationId, "openapi.get">;

type Body<R extends Route> = R extends { readonly body: infer B extends z.ZodType }
  ? z.output<B>
  : undefined;

/** A request that is known to be as the contract says, from a caller who may make it. */
export type HandlerInput<Id extends Operation> = {
  readonly params: z.output<Routes[Id]["params"]>;
  readonly query: z.output<Routes[Id]["query"]>;
  readonly body: Body<Routes[Id]>;
  readonly auth: { readonly key: Caller };
};

/** `events.live` has `Last-Event-ID` as its `after`; the signal says that the reader is gone. */
export type FeedInput = HandlerInput<"events.live"> & { readonly signal: AbortSignal };

/** The log as it goes on. */
export type Feed = {
  /**
   * The sequence that the feed begins after: `query.after`, or that of the newest event. The reader is
   * told at once, so that a connection that breaks before the first event loses none either.
   */
  readonly after: number;
  readonly events: AsyncIterable<EventRecord>;
};

type Answer<R extends Route> = R["response"] extends { readonly schema: infer S extends z.ZodType }
  ? Told<z.input<S>>
  : void;

/**
 * What answers each operation. Refusals are thrown as `Fault`. Events are told as the log keeps
 * them: their data were checked when they were written.
 */
export type Handlers = {
  readonly [Id in Exclude<Operation, "events.list" | "events.live">]: (
    input: HandlerInput<Id>,
  ) => Promise<Answer<Routes[Id]>>;
} & {
  readonly "events.list": (
    input: HandlerInput<"events.list">,
  ) => Promise<{ readonly items: readonly EventRecord[]; readonly next: string | null }>;
  readonly "events.live": (input: FeedInput) => Promise<Feed>;
};
