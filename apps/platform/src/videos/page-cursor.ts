import { SiteFault } from "@oxbow/site-contract";

/** Where a page of a list by time goes on: behind this one. */
export type After = { readonly at: number; readonly id: string };

/** A cursor as pages hand it back. */
export const cursorOf = ({ at, id }: After): string =>
  Buffer.from(`${at}.${id}`).toString("base64url");

/** Refuses with `invalid_request` what is no cursor. */
export function readCursor(cursor: string | undefined): After | undefined {
  if (cursor === undefined) return undefined;
  const [, at, id] = /^(\d{1,16})\.(.+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  if (at === undefined || id === undefined)
    throw new SiteFault("invalid_request", "This cursor is not one of ours", { field: "cursor" });
  return { at: Number(at), id };
}
