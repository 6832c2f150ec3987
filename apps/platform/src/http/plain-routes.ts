import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { HttpOptions } from "./http-options.ts";

const parameters = z.record(z.string(), z.string());

/** What programs read beside the API: RSS, sitemap, oEmbed. */
export function bindPlainRoutes(app: FastifyInstance, { plainRoutes = [] }: HttpOptions): void {
  for (const { path, answer } of plainRoutes) {
    app.get(path, { config: { byProgram: true } }, async (request, reply) => {
      const { status, type, body, headers } = await answer({
        url: new URL(request.url, `${request.protocol}://${request.host}`),
        params: parameters.parse(request.params),
        address: request.ip,
      });
      return reply
        .code(status)
        .headers(headers ?? {})
        .header("content-type", type)
        .send(body);
    });
  }
}
