import type { Http, HttpOptions } from "./http-options.ts";

/** Makes the site's HTTP server, on no socket yet. */
export async function createHttp(_options: HttpOptions): Promise<Http> {
  throw new Error("in the making");
}
