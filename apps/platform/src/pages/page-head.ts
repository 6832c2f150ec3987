import { escape, jsonBlock } from "./escape.ts";

/** Languages of the site, as `hreflang` says them. */
const LANGUAGES = ["en", "pt-BR"] as const;
const SITE = "Oxbow";
const INDEX_EMBEDDED = "noindex, indexifembedded";

export type PageHead = {
  /** Of the page; the site's name stands behind it. "" for the site itself. */
  readonly title: string;
  readonly description: string;
  /** Absolute, without a language; undefined where the page is not for search engines. */
  readonly canonical?: string | undefined;
  /** Pages of which search engines shall know nothing. */
  readonly noindex?: boolean;
  /** Of what `noindex` says, search engines may know it as a part of the pages that show it in a frame. */
  readonly indexIfEmbedded?: boolean;
  /** `website`, `video.other`, `profile`. */
  readonly type?: string;
  readonly image?: string | undefined;
  /** More OpenGraph and Twitter properties, by name. */
  readonly properties?: readonly (readonly [name: string, content: string])[];
  /** Feeds and the like: `rel`, `type`, `href`, `title`. */
  readonly links?: readonly Readonly<Record<string, string>>[];
  /** schema.org. */
  readonly data?: unknown;
};

/** What stands in a page's `<head>`. */
export function pageHead(head: PageHead): string {
  const { title, description, canonical, noindex = false, image, data } = head;
  const whole = title === "" ? SITE : `${title} · ${SITE}`;
  const properties: (readonly [string, string])[] = [
    ["og:site_name", SITE],
    ["og:type", head.type ?? "website"],
    ["og:title", title === "" ? SITE : title],
    ["og:description", description],
    ...(canonical === undefined ? [] : [["og:url", canonical] as const]),
    ...(image === undefined ? [] : [["og:image", image] as const]),
    ...(head.properties ?? []),
  ];
  const lines = [
    `<title>${escape(whole)}</title>`,
    `<meta name="description" content="${escape(description)}">`,
    ...(noindex ? [meta("robots", head.indexIfEmbedded ? INDEX_EMBEDDED : "noindex")] : []),
    ...(canonical === undefined ? [] : [link({ rel: "canonical", href: canonical })]),
    ...(canonical === undefined || noindex ? [] : alternates(canonical)),
    ...(head.links ?? []).map(link),
    ...properties.map(([name, content]) => meta(name, content)),
    ...(data === undefined
      ? []
      : [`<script type="application/ld+json">${jsonBlock(data)}</script>`]),
  ];
  return `${lines.join("\n")}\n`;
}

const link = (attributes: Readonly<Record<string, string>>): string =>
  `<link ${Object.entries(attributes)
    .map(([name, value]) => `${name}="${escape(value)}"`)
    .join(" ")}>`;

/** OpenGraph uses `property`, all others `name`. */
const meta = (name: string, content: string): string =>
  `<meta ${/^(?:og|video|profile):/.test(name) ? "property" : "name"}="${name}" content="${escape(content)}">`;

function alternates(canonical: string): string[] {
  const spoken = LANGUAGES.map((language) => {
    const url = new URL(canonical);
    url.searchParams.set("lang", language);
    return link({ rel: "alternate", hreflang: language, href: url.href });
  });
  return [...spoken, link({ rel: "alternate", hreflang: "x-default", href: canonical })];
}
