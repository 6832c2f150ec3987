import { SiteFault } from "@oxbow/site-contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type BuiltSite, readSite } from "./built-site.ts";
import type { HttpOptions } from "./http-options.ts";
import { pageHtml } from "./page-html.ts";
import { sendFile } from "./send-file.ts";

/** Files of the built site, and its pages: every path that is neither file nor API is a page. */
export async function bindPages(app: FastifyInstance, options: HttpOptions): Promise<void> {
  const site = await readSite(options.site);
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
    return sendPage(request, reply, site, options);
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  site: BuiltSite,
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
  const html = pageHtml(built.plain.toString(), page, await everyPage(request.caller));
  return reply
    .code(page.status)
    .header("content-type", "text/html; charset=utf-8")
    .header("cache-control", "private, no-cache")
    .header("vary", "cookie, accept-language")
    .send(html);
}

function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}

function nothingAt(path: string): SiteFault {
  return new SiteFault("not_found", `There is nothing at ${path.slice(0, 200)}`);
}
