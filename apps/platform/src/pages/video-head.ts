import type { Video, VideoPlayback } from "@oxbow/site-contract";
import { excerpt } from "./escape.ts";
import type { PageHead } from "./page-head.ts";

/** The size that an embedded player has unless its page says otherwise. */
export const EMBED_SIZE = { width: 960, height: 540 } as const;

/** What the first HTML of a watch page says of a video that anybody may watch. */
export function videoHead(video: Video, { download }: VideoPlayback, site: string): PageHead {
  const page = `${site}/watch/${video.id}`;
  const embed = `${site}/embed/${video.id}`;
  const image = video.poster === null ? undefined : `${site}${video.poster}`;
  const description = descriptionOf(video);
  const listed = video.visibility === "public";
  return {
    title: video.title,
    description,
    canonical: page,
    noindex: !listed,
    type: "video.other",
    image,
    properties: [
      ...(image === undefined
        ? []
        : ([
            ["og:image:alt", video.title],
            ["twitter:image", image],
          ] as const)),
      ["og:video", embed],
      ["og:video:url", embed],
      ...(embed.startsWith("https:") ? ([["og:video:secure_url", embed]] as const) : []),
      ["og:video:type", "text/html"],
      ["og:video:width", String(EMBED_SIZE.width)],
      ["og:video:height", String(EMBED_SIZE.height)],
      ...(video.duration === null
        ? []
        : ([["video:duration", String(Math.round(video.duration))]] as const)),
      ...(video.publishedAt === null ? [] : ([["video:release_date", video.publishedAt]] as const)),
      ["twitter:card", "player"],
      ["twitter:title", video.title],
      ["twitter:description", description],
      ["twitter:player", embed],
      ["twitter:player:width", String(EMBED_SIZE.width)],
      ["twitter:player:height", String(EMBED_SIZE.height)],
    ],
    links: [
      oembedLink(site, page, "json", video.title),
      oembedLink(site, page, "xml", video.title),
      ...(listed ? [feedLink(site, video.channel)] : []),
    ],
    data: videoObject(video, download, { page, embed, image, site }),
  };
}

/** A description is never empty: search engines and screen readers would make one up. */
export function descriptionOf(video: Video): string {
  return video.description === ""
    ? `${video.title} · ${video.channel.name}`
    : excerpt(video.description);
}

export const feedLink = (
  site: string,
  { handle, name }: { readonly handle: string; readonly name: string },
): Readonly<Record<string, string>> => ({
  rel: "alternate",
  type: "application/rss+xml",
  title: name,
  href: `${site}/c/${handle}/rss.xml`,
});

/** oEmbed 1.0 §4: how a page tells where it can be asked about. */
function oembedLink(site: string, page: string, format: "json" | "xml", title: string) {
  const url = new URL(`${site}/oembed`);
  url.searchParams.set("url", page);
  url.searchParams.set("format", format);
  const type = format === "json" ? "application/json+oembed" : "text/xml+oembed";
  return { rel: "alternate", type, href: url.href, title };
}

type Addresses = {
  readonly page: string;
  readonly embed: string;
  readonly image: string | undefined;
  readonly site: string;
};

/** schema.org VideoObject, and BroadcastEvent for what is, was or will be on air. */
function videoObject(video: Video, file: string | null, at: Addresses): unknown {
  const { from, to, scheduledAt, state, kind } = video;
  const begins = from ?? scheduledAt;
  const onAir = kind === "broadcast" && begins !== null;
  return {
    "@context": "https://schema.org",
    "@type": "VideoObject",
    "@id": at.page,
    name: video.title,
    description: descriptionOf(video),
    url: at.page,
    embedUrl: at.embed,
    uploadDate: video.publishedAt ?? begins ?? video.createdAt,
    ...(at.image === undefined ? {} : { thumbnailUrl: [at.image] }),
    ...(file === null || video.source !== "file" ? {} : { contentUrl: file }),
    ...(video.duration === null ? {} : { duration: isoDuration(video.duration) }),
    author: {
      "@type": "Person",
      name: video.channel.name,
      url: `${at.site}/c/${video.channel.handle}`,
    },
    ...(video.source === "file" && video.markers.length > 0
      ? { hasPart: clips(video, at.page) }
      : {}),
    ...(onAir
      ? {
          publication: {
            "@type": "BroadcastEvent",
            name: video.title,
            isLiveBroadcast: state !== "ended",
            startDate: begins,
            ...(to === null ? {} : { endDate: to }),
          },
        }
      : {}),
  };
}

function clips(video: Video, page: string) {
  const starts = video.markers.flatMap(({ seconds, label }) =>
    seconds === null ? [] : [{ seconds: Math.floor(seconds), label }],
  );
  return starts.map(({ seconds, label }, index) => ({
    "@type": "Clip",
    name: label,
    startOffset: seconds,
    endOffset: starts[index + 1]?.seconds ?? Math.floor(video.duration ?? seconds),
    url: `${page}?t=${seconds}`,
  }));
}

/** ISO 8601: `PT1H2M3S`. */
export function isoDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `PT${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${whole % 60}S`;
}
