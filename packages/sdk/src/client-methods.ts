import type { Input, OperationId, Output, Routes, Schema } from "@oxbow/contract";
import type { PageRequest } from "./page-request.ts";
import type { CallOptions } from "./transport.ts";

/** Operations that are methods of the client; the live feed is `events.follow`. */
type Method = Exclude<OperationId, "events.live">;

type Groups = Method extends `${infer Group}.${string}` ? Group : never;

type Verbs<Group extends string> =
  Extract<Method, `${Group}.${string}`> extends infer Id
    ? Id extends `${Group}.${infer Verb}`
      ? Verb
      : never
    : never;

/** An id for each parameter of a path. */
type Ids<Path extends string> = Path extends `${string}{${string}}${infer Rest}`
  ? [id: string, ...Ids<Rest>]
  : [];

/** A text may be bytes as well: those of a file, in whatever encoding it has. */
type Body<Id extends Method> = Routes[Id] extends { readonly bodyType: string }
  ? [body: string | Uint8Array]
  : JsonBody<Id>;

type JsonBody<Id extends Method> = Routes[Id] extends { readonly body: infer S extends Schema }
  ? undefined extends Input<S>
    ? [body?: Input<S>]
    : [body: Input<S>]
  : [];

type Query<Id extends Method> = keyof Routes[Id]["query"]["shape"] extends never
  ? []
  : Partial<Input<Routes[Id]["query"]>> extends Input<Routes[Id]["query"]>
    ? [query?: Input<Routes[Id]["query"]>]
    : [query: Input<Routes[Id]["query"]>];

type Response<Id extends Method> = Routes[Id]["response"] extends {
  readonly schema: infer S extends Schema;
}
  ? Output<S>
  : void;

type Result<Answer> = Answer extends { items: (infer Item)[]; next: string | null }
  ? PageRequest<Item>
  : Promise<Answer>;

/**
 * The client's methods, one for each operation of the contract: `exports.create` is
 * `client.exports.create(body, options?)`. The path's parameter comes first, then body or query.
 */
export type ClientMethods = {
  readonly [Group in Groups]: {
    readonly [Verb in Verbs<Group>]: `${Group}.${Verb}` extends infer Id extends Method
      ? (
          ...args: [...Ids<Routes[Id]["path"]>, ...Body<Id>, ...Query<Id>, options?: CallOptions]
        ) => Result<Response<Id>>
      : never;
  };
};
