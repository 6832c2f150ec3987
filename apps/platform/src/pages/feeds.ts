import type { Video } from "@oxbow/site-contract";
import { channelByHandle } from "../channels/index.ts";
import type { PlainAnswer, PlainRoute } from "../http/index.ts";
import { listedVideos, toVideos, type VideoRow } from "../videos/index.ts";
import { escape } from "./escape.ts";
import { nobody, type PageParts, siteOf } from "./page-parts.ts";
import { descriptionOf } from "./video-head.ts";

const MOST_ITEMS = 30;
const MOST_ADDRESSES = 5000;
const CACHED = { "cache-control": "public, max-age=300" };

/** RSS of the site and of each channel, the map of the site, and what robots are told. */
export function feedRoutes(parts: PageParts): readonly PlainRoute[] {
  return [
    {
      path: "/rss.xml",
      answer: async ({ url, address }) => {
        const site = siteOf(parts, url);
        const rows = await listedVideos(parts.store.db, MOST_ITEMS);
        const title = { name: "Oxbow", page: `${site}/`, about: "What was broadcast here" };
        return feed(parts, rows, { ...title, site, self: `${site}/rss.xml`, address });
      },
    },
    {
      path: "/c/:handle/rss.xml",
      answer: async ({ url, params, address }) => {
        const site = siteOf(parts, url);
        const channel = await channelByHandle(parts.store.db, params["handle"] ?? "");
        if (channel === undefined)
          return { status: 404, type: "text/plain; charset=utf-8", body: "No such channel\n" };
        const rows = await listedVideos(parts.store.db, MOST_ITEMS, channel.id);
        const page = `${site}/c/${channel.handle}`;
        const about = channel.about === "" ? channel.name : channel.about;
        const self = `${page}/rss.xml`;
        return feed(parts, rows, { name: channel.name, page, about, site, self, address });
      },
    },
    { path: "/sitemap.xml", answer: ({ url }) => sitemap(parts, siteOf(parts, url)) },
    {
      path: "/robots.txt",
      answer: async ({ url }) => ({
        status: 200,
        type: "text/plain; charset=utf-8",
        body: `User-agent: *\nDisallow: /api/\nDisallow: /studio\nDisallow: /operator\nDisallow: /search\nSitemap: ${siteOf(parts, url)}/sitemap.xml\n`,
        headers: CACHED,
      }),
    },
  ];
}

type Feed = {
  readonly name: string;
  readonly about: string;
  readonly page: string;
  readonly self: string;
  readonly site: string;
  readonly address: string;
};

/** RSS 2.0, with a file to download where there is one. */
async function feed(parts: PageParts, rows: readonly VideoRow[], on: Feed): Promise<PlainAnswer> {
  const videos = await toVideos(parts.store.db, rows);
  const items = await Promise.all(
    videos.map(async (video, index) => {
      const bytes = rows[index]?.asset_bytes ?? null;
      const file =
        video.source === "file" && bytes !== null ? await fileOf(parts, video, on) : null;
      return item(video, on.site, file === null || bytes === null ? null : { url: file, bytes });
    }),
  );
  const newest = videos[0]?.publishedAt;
  const body = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${escape(on.name)}</title>
<link>${escape(on.page)}</link>
<description>${escape(on.about)}</description>
<atom:link rel="self" type="application/rss+xml" href="${escape(on.self)}"/>
${newest ? `<lastBuildDate>${rfc822(newest)}</lastBuildDate>\n` : ""}${items.join("")}</channel>
</rss>
`;
  return { status: 200, type: "application/rss+xml; charset=utf-8", body, headers: CACHED };
}

async function fileOf({ calls }: PageParts, { id }: Video, { address }: Feed) {
  const { download, expiresAt } = await calls["videos.playback"]({
    params: { video: id },
    query: undefined,
    body: undefined,
    caller: nobody(address),
  });
  // An address that ends in a quarter of an hour is none for a feed.
  return expiresAt === null ? download : null;
}

function item(
  video: Video,
  site: string,
  file: { readonly url: string; readonly bytes: number } | null,
): string {
  const page = `${site}/watch/${video.id}`;
  const poster = video.poster === null ? null : `${site}${video.poster}`;
  return `<item>
<title>${escape(video.title)}</title>
<link>${escape(page)}</link>
<guid isPermaLink="true">${escape(page)}</guid>
<description>${escape(descriptionOf(video))}</description>
<dc:creator>${escape(video.channel.name)}</dc:creator>
<pubDate>${rfc822(video.publishedAt ?? video.createdAt)}</pubDate>
${file === null ? "" : `<enclosure url="${escape(file.url)}" length="${file.bytes}" type="video/mp4"/>\n`}${poster === null ? "" : `<media:thumbnail url="${escape(poster)}"/>\n`}</item>
`;
}

/** RFC 822 with a year of four digits, as RSS wants it. */
const rfc822 = (at: string): string => new Date(at).toUTCString().replace("GMT", "+0000");

/** The newest videos and their channels; what is unlisted is not there. */
async function sitemap({ store }: PageParts, site: string): Promise<PlainAnswer> {
  const rows = await listedVideos(store.db, MOST_ADDRESSES);
  const ids = [...new Set(rows.map(({ channel }) => channel))];
  const channels =
    ids.length === 0
      ? []
      : await store.db
          .selectFrom("channels")
          .select(["id", "handle"])
          .where("id", "in", ids)
          .execute();
  const entry = (path: string, changed?: number | null): string =>
    `<url><loc>${escape(site + path)}</loc>${changed ? `<lastmod>${new Date(changed).toISOString()}</lastmod>` : ""}</url>\n`;
  const body = `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${entry("/")}${channels.map(({ handle }) => entry(`/c/${handle}`)).join("")}${rows.map(({ id, published_at }) => entry(`/watch/${id}`, published_at)).join("")}</urlset>
`;
  return { status: 200, type: "application/xml; charset=utf-8", body, headers: CACHED };
}
