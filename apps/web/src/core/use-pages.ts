import type { AnswerOf, SiteOperation } from "@oxbow/site-contract";
import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { request } from "./call.ts";
import type { CallError } from "./call-error.ts";
import { type CallInput, type LooseInput, looseInput } from "./call-input.ts";
import { callKey } from "./query-client.ts";

type Page<Item> = { readonly items: readonly Item[]; readonly next: string | null };

/** The operations that answer lists with a cursor. */
export type ListOperation = {
  [Id in SiteOperation]: AnswerOf<Id> extends Page<unknown> ? Id : never;
}[SiteOperation];

export type ItemOf<Id extends ListOperation> = AnswerOf<Id> extends Page<infer Item> ? Item : never;

/** A list that grows by "more". */
export type Pages<Item> = {
  /** Undefined until the first page is there. */
  readonly items: readonly Item[] | undefined;
  readonly error: CallError | null;
  readonly loading: boolean;
  /** Whether there is more to ask for, and whether it is on its way. */
  readonly hasMore: boolean;
  readonly loadingMore: boolean;
  readonly more: () => void;
  /** After an error, or to look again. */
  readonly refetch: () => void;
};

/** The items of a list with a cursor, page by page. */
export function usePages<Id extends ListOperation>(
  id: Id,
  input: CallInput<Id>,
  options: { readonly enabled?: boolean } = {},
): Pages<ItemOf<Id>> {
  const loose = looseInput(input);
  const asked = useInfiniteQuery<
    Page<ItemOf<Id>>,
    CallError,
    InfiniteData<Page<ItemOf<Id>>, string | undefined>,
    readonly unknown[],
    string | undefined
  >({
    queryKey: [...callKey(id, loose), "pages"],
    queryFn: ({ signal, pageParam }) => pageAt(id, loose, pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    ...(options.enabled === undefined ? {} : { enabled: options.enabled }),
  });
  const { data, fetchNextPage, refetch } = asked;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items), [data]);
  return {
    items,
    error: asked.error,
    loading: asked.isPending,
    hasMore: asked.hasNextPage,
    loadingMore: asked.isFetchingNextPage,
    more: useCallback(() => void fetchNextPage(), [fetchNextPage]),
    refetch: useCallback(() => void refetch(), [refetch]),
  };
}

async function pageAt<Id extends ListOperation>(
  id: Id,
  input: LooseInput,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<Page<ItemOf<Id>>> {
  const at = cursor === undefined ? input : { ...input, query: { ...input.query, cursor } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as the contract says of list operations
  return (await request(id, at, { signal })) as Page<ItemOf<Id>>;
}
