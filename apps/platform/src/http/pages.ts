import { SiteFault } from "@oxbow/site-contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Language } from "../accounts/index.ts";
import { type BuiltSite, readSite } from "./built-site.ts";
import type { FirstPage, HttpOptions } from "./http-options.ts";
import { pageHtml } from "./page-html.ts";
import { type Manifest, preloadLinks, readManifest } from "./preloads.ts";
import { sendFile } from "./send-file.ts";

/** Files of the built site, and its pages: every path that is neither file nor API is a page. */
export async function bindPages(app: FastifyInstance, options: HttpOptions): Promise<void> {
  const site = await readSite(options.site);
  const manifest = await readManifest(options.site);
  if (!site.has("/index.html")) {
    options.world.log.warn(
      { folder: options.site },
      "the site is not built: its pages are missing",
    );
  }
  // A page brings some dozens of files along, which cost nothing: only pages are counted.
  const isFile = (request: FastifyRequest): boolean => site.has(pathOf(request));
  app.get("/*", { config: { rateLimit: { allowList: isFile } } }, async (request, reply) => {
    const path = pathOf(request);
    if (/^\/(?:api|hooks)(?:\/|$)/.test(path)) throw nothingAt(path);
    const file = path.endsWith(".html") ? undefined : site.get(path);
    if (file !== undefined) return sendFile(request, reply, file);
    // A file of an older build: a page in its place would be run as a script.
    if (path.startsWith("/assets/")) throw nothingAt(path);
    return sendPage(request, reply, { site, manifest }, options);
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { site, manifest }: { readonly site: BuiltSite; readonly manifest: Manifest },
  { firstHtml, everyPage }: HttpOptions,
): Promise<FastifyReply> {
  const url = new URL(request.url, `${request.protocol}://${request.host}`);
  const page = await firstHtml(url, request.caller);
  if ("redirect" in page) return reply.redirect(page.redirect, 302);
  const embed = url.pathname.startsWith("/embed/") ? site.get("/embed.html") : undefined;
  const built = embed ?? site.get("/index.html");
  if (built === undefined) {
    return reply.code(503).type("text/plain").send("The site is not built: run npm start\n");
  }
  const preloads =
    page.area === undefined ? "" : preloadLinks(manifest, page.area, spoken(request, page));
  const html = pageHtml(built.plain.toString(), page, await everyPage(request.caller), preloads);
  return reply
    .code(page.status)
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "private, no-cache")
    .header("vary", "cookie, accept-language")
    .send(html);
}

/** As the page's script chooses it: who has said nothing is asked by the browser's word. */
function spoken(request: FastifyRequest, { language }: FirstPage): Language {
  const isSaid = request.caller.person !== null || /[?&]lang=/.test(request.url);
  if (isSaid) return language;
  return /^pt\b/i.test(request.headers["accept-language"] ?? "") ? "pt-BR" : "en";
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

function nothingAt(path: string): SiteFault {
  return new SiteFault("not_found", `There is nothing at ${path.slice(0, 200)}`);
}
