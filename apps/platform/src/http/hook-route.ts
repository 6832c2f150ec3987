import type { FastifyInstance } from "fastify";
import type { HookHandler } from "./http-options.ts";

/** The longest webhook, in bytes. */
const LIMIT = 1_048_576;

/** `POST /hooks/media`: bytes as they came, for their signature is over them. No cookie, no Origin. */
export function bindHook(app: FastifyInstance, hook: HookHandler): void {
  // In a scope of its own: elsewhere JSON is parsed.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      "*",
      { parseAs: "buffer", bodyLimit: LIMIT },
      (_request, body, done) => done(null, body),
    );
    scope.post(
      "/hooks/media",
      { bodyLimit: LIMIT, config: { byProgram: true, rateLimit: false } },
      async (request, reply) => {
        const headers: Record<string, string> = {};
        for (const [name, value] of Object.entries(request.headers)) {
          if (typeof value === "string") headers[name] = value;
        }
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const answer = await hook({ headers, body });
        return reply.code(answer.status).send(answer.body ?? "");
      },
    );
  });
}
