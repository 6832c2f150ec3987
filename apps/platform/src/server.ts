import { join } from "node:path";
import Fastify from "fastify";
import type { Settings } from "./settings.ts";
import { openStore } from "./store/index.ts";
import type { World } from "./world.ts";

/** The platform as it runs. */
export interface Platform extends AsyncDisposable {
  /** Where it answers. */
  readonly http: string;
}

/** Starts the platform; resolves when it answers. */
export async function startPlatform(settings: Settings, _world: World): Promise<Platform> {
  await using opened = new AsyncDisposableStack();
  const location =
    settings.platformDatabaseUrl === undefined
      ? { file: join(settings.data, "platform.db") }
      : { url: settings.platformDatabaseUrl };
  opened.use(await openStore(location));
  const app = opened.adopt(Fastify(), (fastify) => fastify.close());
  app.get("/livez", () => ({ status: "ok" }));
  const http = await app.listen({ host: settings.host, port: settings.platformPort });
  const closing = opened.move();
  return { http, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}
