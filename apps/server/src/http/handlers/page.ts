import { Fault } from "@oxbow/contract";

export type Page<T> = { readonly items: readonly T[]; readonly next: string | null };

/** A page of a list that is in memory; its items are in the order of `idOf`, which is the cursor. */
export function pageOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string | undefined },
): Page<T> {
  const begin = cursor === undefined ? 0 : items.findIndex((item) => idOf(item) > cursor);
  const page = begin < 0 ? [] : items.slice(begin, begin + limit);
  const last = page.at(-1);
  const more = last !== undefined && begin + limit < items.length;
  return { items: page, next: more ? idOf(last) : null };
}

/** Reads a cursor that was handed out as `{milliseconds}~{id}`. */
export function timeCursor(cursor: string): { readonly at: number; readonly id: string } {
  const match = /^(\d{1,15})~([\w]+)$/.exec(cursor);
  if (!match) {
    throw new Fault("invalid_request", "Give the `next` of the page before, or none", {
      field: "cursor",
    });
  }
  return { at: Number(match[1]), id: match[2] ?? "" };
}
