import { SiteFault } from "@oxbow/site-contract";

/** Where a list goes on: after a time and, of the same time, an id. */
type Place<T extends string | number> = { readonly at: T; readonly id: string };

/** A place as a text for the address bar. */
function cursorOf(place: Place<string | number>): string {
  return Buffer.from(JSON.stringify([place.at, place.id])).toString("base64url");
}

/** Reads a cursor of a list whose times are numbers. */
export function numberPlace(cursor: string | undefined): Place<number> | undefined {
  const place = placeOf(cursor);
  if (place === undefined) return undefined;
  if (typeof place.at !== "number" || !Number.isSafeInteger(place.at)) throw badCursor();
  return { at: place.at, id: place.id };
}

/** Reads a cursor of a list whose times are texts. */
export function textPlace(cursor: string | undefined): Place<string> | undefined {
  const place = placeOf(cursor);
  if (place === undefined) return undefined;
  if (typeof place.at !== "string" || place.at.includes("\0")) throw badCursor();
  return { at: place.at, id: place.id };
}

function placeOf(cursor: string | undefined): { at: unknown; id: string } | undefined {
  if (cursor === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    const [at, id]: unknown[] = Array.isArray(value) ? value : [];
    // Ids are plain signs: PostgreSQL could not even look for others.
    if (typeof id === "string" && /^[\w-]+$/.test(id)) return { at, id };
  } catch {
    // Not of ours: told below.
  }
  throw badCursor();
}

function badCursor(): SiteFault {
  return new SiteFault("invalid_request", "This cursor is of no list", { field: "cursor" });
}

/** The first `limit` of rows that were asked for with one more, and where the list goes on. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  place: (row: Row) => Place<string | number>,
): { readonly shown: readonly Row[]; readonly next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { shown, next: more ? cursorOf(place(last)) : null };
}
