import { type PageAnswer, SiteFault, siteErrors } from "@oxbow/site-contract";
import type { Caller } from "../calls/index.ts";
import type { FirstHtml, FirstPage } from "../http/index.ts";
import { embedBody, watchBody } from "./first-body.ts";
import { type PageHead, pageHead } from "./page-head.ts";
import { FIRST_PAGE, type PageParts, siteOf } from "./page-parts.ts";
import { isPage } from "./site-paths.ts";
import { feedLink, videoHead } from "./video-head.ts";

const ABOUT = "Live broadcasts, and the videos that they leave.";

type Page = {
  readonly status?: number;
  readonly head: PageHead;
  readonly answers?: readonly PageAnswer[];
  /** What is shown before the site's script runs. */
  readonly body?: string;
  /** The folder of the site that shows it. */
  readonly area?: string;
};
type Ask = { readonly url: URL; readonly site: string; readonly caller: Caller };

/** The first HTML of every page: what programs read of it, and the answers that its script begins with. */
export function firstHtml(parts: PageParts): FirstHtml {
  return async (url, caller) => {
    const ask = { url, site: siteOf(parts, url), caller };
    const { status = 200, head, body, answers = [], area } = await pageOf(parts, ask);
    const language = languageOf(url, caller);
    return { status, language, head: pageHead(head), body, area, data: { answers } };
  };
}

function languageOf(url: URL, { person }: Caller): FirstPage["language"] {
  const asked = url.searchParams.get("lang")?.toLowerCase();
  if (asked !== undefined) return asked.startsWith("pt") ? "pt-BR" : "en";
  return person?.language ?? "en";
}

async function pageOf(parts: PageParts, ask: Ask): Promise<Page> {
  const [, first = "", second, rest] = ask.url.pathname.split("/");
  try {
    if (first === "") return await homePage(parts, ask);
    if (first === "search" && second === undefined) return searchPage(ask);
    if (second !== undefined && second !== "" && rest === undefined) {
      if (first === "watch") return await watchPage(parts, ask, second);
      if (first === "embed") return await embedPage(parts, ask, second);
      if (first === "c") return await channelPage(parts, ask, second);
    }
  } catch (error) {
    if (!(error instanceof SiteFault)) throw error;
    const status = siteErrors[error.code];
    return { status, head: { title: "", description: ABOUT, noindex: true } };
  }
  // What it says, only its own script knows.
  const status = isPage(first) ? 200 : 404;
  return { status, head: { title: "", description: ABOUT, noindex: true } };
}

async function homePage({ calls }: PageParts, { site, caller }: Ask): Promise<Page> {
  const answer = await calls["videos.home"](input(caller, {}, undefined));
  const image = [...answer.live, ...answer.recent][0]?.poster ?? null;
  return {
    head: {
      title: "",
      description: ABOUT,
      canonical: `${site}/`,
      image: image === null ? undefined : `${site}${image}`,
      links: [
        {
          rel: "alternate",
          type: "application/rss+xml",
          title: "Oxbow",
          href: `${site}/rss.xml`,
        },
        ...preload(image),
      ],
      data: {
        "@context": "https://schema.org",
        "@type": "WebSite",
        name: "Oxbow",
        url: `${site}/`,
        potentialAction: {
          "@type": "SearchAction",
          target: { "@type": "EntryPoint", urlTemplate: `${site}/search?q={words}` },
          "query-input": "required name=words",
        },
      },
    },
    answers: [{ id: "videos.home", answer }],
    area: "home",
  };
}

/** The first picture of a list is the largest thing that is painted first. */
const preload = (picture: string | null): Readonly<Record<string, string>>[] =>
  picture === null ? [] : [{ rel: "preload", as: "image", href: picture, fetchpriority: "high" }];

const searchPage = ({ url }: Ask): Page => ({
  area: "home",
  head: { title: url.searchParams.get("q") ?? "", description: ABOUT, noindex: true },
});

async function watchPage({ calls }: PageParts, { site, caller }: Ask, id: string): Promise<Page> {
  const params = { video: id };
  const answer = await calls["videos.view"](input(caller, params, undefined));
  const { video, playback } = answer;
  const answers = [{ id: "videos.view", params, answer }];
  const shown = { body: watchBody(answer), answers, area: "watch" };
  // What is private is told to who may watch it, and to no program that reads along.
  if (video.visibility === "private")
    return { head: { title: video.title, description: ABOUT, noindex: true }, ...shown };
  return { head: videoHead(video, playback, site), ...shown };
}

async function embedPage({ calls }: PageParts, { site, caller }: Ask, id: string): Promise<Page> {
  const params = { video: id };
  const answer = await calls["videos.view"](input(caller, params, undefined));
  const { video } = answer;
  return {
    head: {
      title: video.title,
      description: ABOUT,
      canonical: `${site}/watch/${id}`,
      noindex: true,
      indexIfEmbedded: video.visibility === "public",
    },
    body: embedBody(answer),
    answers: [{ id: "videos.view", params, answer }],
  };
}

async function channelPage({ calls }: PageParts, ask: Ask, handle: string): Promise<Page> {
  const { site, caller } = ask;
  const params = { handle };
  const query = { limit: FIRST_PAGE };
  const answer = await calls["videos.ofChannel"](input(caller, params, query));
  const { channel, live, items } = answer;
  const image = [...live, ...items][0]?.poster ?? null;
  const url = `${site}/c/${channel.handle}`;
  const description = channel.about === "" ? `${channel.name} · Oxbow` : channel.about;
  return {
    area: "home",
    head: {
      title: channel.name,
      description: description.slice(0, 300),
      canonical: url,
      type: "profile",
      image: image === null ? undefined : `${site}${image}`,
      properties: [["profile:username", channel.handle]],
      links: [feedLink(site, channel), ...preload(image)],
      data: {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        url,
        mainEntity: { "@type": "Person", name: channel.name, url, description: channel.about },
      },
    },
    answers: [{ id: "videos.ofChannel", params, answer }],
  };
}

const input = <Params, Query>(caller: Caller, params: Params, query: Query) => ({
  params,
  query,
  body: undefined,
  caller,
});
