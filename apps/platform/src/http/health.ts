import type { FastifyInstance } from "fastify";
import type { HttpOptions } from "./http-options.ts";

const byProgram = { byProgram: true, rateLimit: false } as const;

/** `/livez`: the process answers. `/readyz`: it can do its work, or says why not. */
export function bindHealth(app: FastifyInstance, { ready, world }: HttpOptions): void {
  app.get("/livez", { config: byProgram }, async () => ({ status: "ok" }));
  app.get("/readyz", { config: byProgram }, async (_request, reply) => {
    try {
      await ready();
      return { status: "ok" };
    } catch (error) {
      world.log.warn({ err: error }, "the site is not ready");
      const reason = error instanceof Error ? error.message : String(error);
      return reply.code(503).send({ status: "not ready", reason });
    }
  });
}
