import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { PageAnswer, PageData } from "@oxbow/site-contract";
import type { Language } from "../accounts/index.ts";
import type { Caller, Cookies, Handlers } from "../calls/index.ts";
import type { World } from "../world.ts";

/** What a page's first HTML says before any script runs. */
export type FirstPage = {
  /** 200, or 404 and its like for a page that says so. */
  readonly status: number;
  readonly language: Language;
  /** HTML that goes into `<head>`: title, description, OpenGraph, structured data. Escaped already. */
  readonly head: string;
  /** HTML that stands in the page until its script has made the page itself. Escaped already. */
  readonly body?: string | undefined;
  /** The area of the site whose scripts the page begins with, for example `watch`. */
  readonly area?: string | undefined;
  /** Answers that the page would ask for, in `<script type="application/json" id="oxbow-page">`. */
  readonly data: PageData;
};

/** Makes the first HTML of a page for people, whatever its path. */
export type FirstHtml = (
  url: URL,
  caller: Caller,
) => Promise<FirstPage | { readonly redirect: string }>;

/** An answer that is neither API nor page: RSS, sitemap, oEmbed. */
export type PlainAnswer = {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
};

/** `GET` of one path that a program reads; no cookie is looked at, so every caller is nobody. */
export type PlainRoute = {
  /** As Fastify writes it: `/feed.xml`, `/channels/:handle/feed.xml`. */
  readonly path: string;
  readonly answer: (input: {
    readonly url: URL;
    readonly params: Readonly<Record<string, string>>;
    readonly address: string;
  }) => Promise<PlainAnswer>;
};

/** Takes a webhook: its headers and its bytes as they came. Answers a status. */
export type HookHandler = (request: {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}) => Promise<{ readonly status: number; readonly body?: string }>;

/** Takes over a socket that wants to become a WebSocket; its Origin has been checked. */
export type UpgradeHandler = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  caller: Caller,
) => void;

export type HttpOptions = {
  readonly world: World;
  readonly settings: {
    readonly host: string;
    readonly platformPort: number;
    /** What browsers call this site; unset: host and port, or what the request says. */
    readonly platformUrl?: string | undefined;
    /** Ranges whose `X-Forwarded-*` are believed, with commas between. */
    readonly trustedProxies: string;
  };
  readonly handlers: Handlers;
  /** Who sends a request from this address; a cookie that is renewed goes into `cookies.set`. */
  readonly caller: (cookies: Cookies, address: string) => Promise<Caller>;
  /** Where players fetch media: origins such as `https://media.example`, for the CSP. */
  readonly mediaOrigins: () => readonly string[];
  readonly firstHtml: FirstHtml;
  /** Answers that every page begins with: who looks at it. */
  readonly everyPage: (caller: Caller) => Promise<readonly PageAnswer[]>;
  readonly plainRoutes?: readonly PlainRoute[];
  /** `POST /hooks/media`. */
  readonly hook: HookHandler;
  /** `GET /api/updates`. */
  readonly upgrade: UpgradeHandler;
  /** Throws, with the reason, while the site can't do its work. */
  readonly ready: () => Promise<void>;
  /** The built site: `apps/web/dist`. */
  readonly site: string;
};

/** The site's HTTP server. */
export interface Http extends AsyncDisposable {
  readonly server: Server;
  /** Begins to answer; resolves to its address on this machine, without a slash at its end. */
  listen(): Promise<string>;
  /** Ends what is being answered, within its time. Harmless when repeated. */
  close(): Promise<void>;
}
