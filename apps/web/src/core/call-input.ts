import type { BodyIn, ParamsOf, QueryIn, SiteOperation } from "@oxbow/site-contract";

type Nothing = object;

/** A part of the input: absent where the operation has none, optional where all of it is. */
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? Nothing
  : Partial<Value> extends Value
    ? { readonly [Key in Name]?: Value }
    : { readonly [Key in Name]: Value };

type Params<Id extends SiteOperation> = keyof ParamsOf<Id> extends never
  ? Nothing
  : { readonly params: ParamsOf<Id> };

/** What a caller gives: `{ params, query, body }`, each where the operation has it; `{}` where it has none. */
export type CallInput<Id extends SiteOperation> = Params<Id> &
  Part<"query", QueryIn<Id>> &
  Part<"body", BodyIn<Id>>;

/** The same without its type, as it is sent. */
export type LooseInput = {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
};

export const looseInput = (input: object): LooseInput => ({ ...input });
