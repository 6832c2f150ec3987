import type { Caller, Handlers } from "../calls/index.ts";
import type { Store } from "../store/index.ts";
import type { World } from "../world.ts";

/** The operations whose answers pages begin with. */
export type PageCalls = Pick<
  Handlers,
  "videos.home" | "videos.ofChannel" | "videos.search" | "videos.view" | "videos.playback"
>;

export type PageParts = {
  readonly store: Store;
  readonly world: World;
  readonly calls: PageCalls;
  /** What browsers call this site, without a slash at its end; undefined: what the request says. */
  readonly siteUrl: string | undefined;
};

/** Whoever a program is: it has no session. */
export const nobody = (address: string): Caller => ({ person: null, address });

/** How many a page of a list begins with: what its script asks for. */
export const FIRST_PAGE = 24;

export const siteOf = (parts: Pick<PageParts, "siteUrl">, url: URL): string =>
  (parts.siteUrl ?? url.origin).replace(/\/$/, "");
