import { PAGE_DATA_ID, type PageData } from "./page-data.ts";
import { playerAssets } from "./player-assets.ts";

/** What is to be shown. URLs are absolute, or begin with `/`. */
export type EmbedOptions = {
  /** Stream or asset. */
  readonly id: string;
  /** Shown above the picture and as the title of the page; the id where there is none. */
  readonly title?: string | null;
  readonly kind: "live" | "vod";
  readonly sources: { readonly hls: string; readonly mp4?: string };
  /** HLS of the recording of the broadcast that runs, or ran last: offered when it has ended. */
  readonly recording?: string;
  readonly poster?: string;
  /** When the broadcast is to begin, RFC 3339. */
  readonly startsAt?: string;
};

export type EmbedPage = {
  readonly html: string;
  /** For the header `Content-Security-Policy`. */
  readonly contentSecurityPolicy: string;
};

/**
 * The player page of a stream or an asset, to be put into an iframe. It has no script of its own:
 * the data stands in a block of JSON, and everything else comes from `playerAssets()`.
 */
export async function embedPage(options: EmbedOptions): Promise<EmbedPage> {
  const assets = await playerAssets();
  const { id, kind, sources, recording, poster, startsAt } = options;
  const title = options.title ?? id;
  const data: PageData = {
    id,
    kind,
    hls: sources.hls,
    ...(sources.mp4 === undefined ? {} : { mp4: sources.mp4 }),
    title,
    ...(recording === undefined ? {} : { recording }),
    ...(poster === undefined ? {} : { poster }),
    ...(startsAt === undefined ? {} : { startsAt }),
  };
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<link rel="icon" href="data:,">
<title>${escape(title)}</title>
<link rel="stylesheet" href="${assets.style}">
${assets.preload.map((path) => `<link rel="modulepreload" href="${path}">\n`).join("")}</head>
<body data-state="loading">
<script type="application/json" id="${PAGE_DATA_ID}">${json(data)}</script>
<main>
<h1>${escape(title)}</h1>
<oxbow-player></oxbow-player>
</main>
<noscript><p class="noscript">${noscript(sources.mp4)}</p></noscript>
<script type="module" src="${assets.script}"></script>
</body>
</html>
`;
  return { html, contentSecurityPolicy: policy(options) };
}

const noscript = (mp4: string | undefined): string =>
  mp4 === undefined
    ? "This player needs JavaScript."
    : `This player needs JavaScript. <a href="${escape(mp4)}">The video as a file</a>`;

/** Scripts from here alone; media from where the sources are; any page may frame this one. */
function policy({ sources, recording, poster }: EmbedOptions): string {
  const origins = [sources.hls, sources.mp4, recording, poster]
    .filter((url) => url !== undefined && URL.canParse(url))
    .map((url) => new URL(url ?? "").origin);
  const media = ["'self'", ...new Set(origins)].join(" ");
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The controls carry their style inside their shadow roots.
    "style-src 'self' 'unsafe-inline'",
    `img-src ${media} data:`,
    // hls.js gives each caption track an empty file of its own.
    `media-src ${media} blob: data:`,
    `connect-src ${media}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** JSON that cannot close the element that it stands in. */
function json(data: PageData): string {
  return JSON.stringify(data).replaceAll("<", "\\u003c");
}
