import { POSTER_SIZE, SiteFault, siteErrors } from "@oxbow/site-contract";
import type { PlainAnswer, PlainRoute } from "../http/index.ts";
import { escape } from "./escape.ts";
import { nobody, type PageParts, siteOf } from "./page-parts.ts";
import { EMBED_SIZE } from "./video-head.ts";

/** Narrower or lower than this, a player can't be used. */
const SMALLEST = { width: 240, height: 135 };

/** Where a video can be asked about by its address: oEmbed 1.0, type `video`. */
export function oembedRoute(parts: PageParts): PlainRoute {
  return {
    path: "/oembed",
    answer: async ({ url, address }) => {
      const format = url.searchParams.get("format") ?? "json";
      // §2.3.4: 501 for a format that is not offered, 404 for an address that is not ours.
      if (format !== "json" && format !== "xml") return refusal(501);
      const site = siteOf(parts, url);
      const video = videoAt(url.searchParams.get("url"), site);
      if (video === undefined) return refusal(404);
      const size = sizeWithin(url.searchParams);
      if (size === undefined) return refusal(400);
      try {
        return await answerOf(parts, { video, site, size, format, address });
      } catch (error) {
        // Private is 401 there; what was removed is not found.
        if (!(error instanceof SiteFault)) throw error;
        return refusal(error.code === "gone" ? 404 : siteErrors[error.code]);
      }
    },
  };
}

const refusal = (status: number): PlainAnswer => ({
  status,
  type: "text/plain; charset=utf-8",
  body: `${status}\n`,
  headers: { "access-control-allow-origin": "*" },
});

/** The id of a video of this site whose page, or player, has an address. */
export function videoAt(address: string | null, site: string): string | undefined {
  if (address === null || !URL.canParse(address)) return undefined;
  const asked = new URL(address);
  // People copy both, and who asks may have come by either.
  if (asked.host !== new URL(site).host || !/^https?:$/.test(asked.protocol)) return undefined;
  return /^\/(?:watch|embed)\/(vid_[\w-]+)\/?$/.exec(asked.pathname)?.[1];
}

type Size = { readonly width: number; readonly height: number };

/** 16:9 within what the asker has room for; undefined where its numbers are none. */
export function sizeWithin(query: URLSearchParams): Size | undefined {
  const most = (name: string): number => {
    const text = query.get(name);
    return text === null ? Number.POSITIVE_INFINITY : /^\d{1,5}$/.test(text) ? Number(text) : 0;
  };
  const [maxWidth, maxHeight] = [most("maxwidth"), most("maxheight")];
  if (maxWidth === 0 || maxHeight === 0) return undefined;
  const { width, height } = EMBED_SIZE;
  const scale = Math.min(1, maxWidth / width, maxHeight / height);
  return {
    width: Math.max(Math.min(SMALLEST.width, maxWidth), Math.floor(width * scale)),
    height: Math.max(Math.min(SMALLEST.height, maxHeight), Math.floor(height * scale)),
  };
}

async function answerOf(
  { calls }: PageParts,
  on: { video: string; site: string; size: Size; format: "json" | "xml"; address: string },
): Promise<PlainAnswer> {
  const { site, size, format } = on;
  const { video } = await calls["videos.view"]({
    params: { video: on.video },
    query: undefined,
    body: undefined,
    caller: nobody(on.address),
  });
  const frame = `<iframe src="${site}/embed/${video.id}" width="${size.width}" height="${size.height}" title="${escape(video.title)}" style="border:0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>`;
  const told: Readonly<Record<string, string | number>> = {
    type: "video",
    version: "1.0",
    title: video.title,
    author_name: video.channel.name,
    author_url: `${site}/c/${video.channel.handle}`,
    provider_name: "Oxbow",
    provider_url: `${site}/`,
    cache_age: 300,
    // §2.3.4.2: all three of a thumbnail, or none.
    ...(video.poster === null
      ? {}
      : {
          thumbnail_url: `${site}${video.poster}`,
          thumbnail_width: video.ownPoster ? POSTER_SIZE.width : 640,
          thumbnail_height: video.ownPoster ? POSTER_SIZE.height : 360,
        }),
    ...size,
    html: frame,
  };
  const headers = { "access-control-allow-origin": "*", "cache-control": "public, max-age=300" };
  if (format === "json")
    return { status: 200, type: "application/json", body: JSON.stringify(told), headers };
  const members = Object.entries(told)
    .map(([name, value]) => `<${name}>${escape(String(value))}</${name}>`)
    .join("\n");
  const body = `<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>\n${members}\n</oembed>\n`;
  return { status: 200, type: "text/xml; charset=utf-8", body, headers };
}
