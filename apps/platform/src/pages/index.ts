import type { PlainRoute } from "../http/index.ts";
import { feedRoutes } from "./feeds.ts";
import { oembedRoute } from "./oembed.ts";
import type { PageParts } from "./page-parts.ts";
import { ownPosterRoute, posterRoute } from "./poster.ts";

export { firstHtml } from "./first-html.ts";
export type { PageCalls, PageParts } from "./page-parts.ts";

/** What programs read of the site: oEmbed, feeds, the map of the site, pictures. */
export const pageRoutes = (parts: PageParts): readonly PlainRoute[] => [
  oembedRoute(parts),
  posterRoute(parts),
  ownPosterRoute(parts),
  ...feedRoutes(parts),
];
