import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import type { World } from "../world.ts";
import type { Api } from "./api/index.ts";
import type { Health } from "./health.ts";
import type { MediaRoutes } from "./media/media-routes.ts";
import { sendProblem } from "./media/send.ts";

/** What a server answers with, once its parts are there. */
export type HttpRoutes = {
  readonly media: MediaRoutes;
  readonly api: Pick<Api, "takes" | "handle">;
  readonly health: Health;
};

/** What every port answers with: 503 until the routes are given. */
export class Dispatch {
  readonly #world: World;
  #routes: HttpRoutes | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  serve(routes: HttpRoutes): void {
    this.#routes = routes;
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const routes = this.#routes;
    if (routes) route(routes, request, response, this.#world);
    else sendProblem(response, new Fault("unavailable", "The server starts"));
  };
}

function route(
  { media, api, health }: HttpRoutes,
  request: IncomingMessage,
  response: ServerResponse,
  world: World,
): void {
  const url = request.url ?? "/";
  // Playback first: it is nearly all of the traffic.
  if (media.answer(request, response)) return;
  if (api.takes(url)) api.handle(request, response);
  else if (health.handles(url)) {
    health.answer(request, response).catch((error: unknown) => {
      if (error instanceof Fault) return sendProblem(response, error);
      world.log.error({ err: error, url }, "health request failed");
      sendProblem(response, new Fault("internal", "The request could not be answered"));
    });
  } else sendProblem(response, new Fault("not_found", `There is nothing at ${url}`));
}
