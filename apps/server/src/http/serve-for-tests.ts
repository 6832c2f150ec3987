import { Fault } from "@oxbow/contract";
import { millis } from "@oxbow/media";
import { pino } from "pino";
import { Registry } from "prom-client";
import type { World } from "../world.ts";
import { createHealth } from "./health.ts";
import { listenHttp } from "./http-server.ts";
import { listenHttps } from "./https-server.ts";
import {
  type MediaRoutes,
  type MediaRoutesOptions,
  type MediaSources,
  mediaRoutes,
} from "./media/media-routes.ts";
import { selfSigned } from "./tls/self-signed.ts";
import type { TlsPair } from "./tls/tls-identity.ts";

export const NOW = millis(Date.parse("2026-03-01T20:00:00.000Z"));
const DAY_MS = 86_400_000;

/** A world that stands still, and says nothing. */
export function stillWorld(): World {
  return {
    now: () => NOW,
    id: (prefix) => `${prefix}_test`,
    log: pino({ level: "silent" }),
    metrics: new Registry(),
  };
}

/** A certificate that clients of today take. */
export const pairForTests = (): TlsPair =>
  selfSigned(["localhost", "127.0.0.1"], NOW - 3650 * DAY_MS, NOW + 3650 * DAY_MS);

export type MediaServer = AsyncDisposable & {
  readonly http: string;
  readonly https: string;
  readonly ca: string;
  readonly media: MediaRoutes;
  /** Shows another certificate from now on. */
  show(pair: TlsPair): void;
};

/** Both ports, with these live sources behind them; other kinds of media there are none. */
export async function serveMedia(
  live: MediaSources["live"],
  options: MediaRoutesOptions = {},
): Promise<MediaServer> {
  await using stack = new AsyncDisposableStack();
  const world = stillWorld();
  const pair = pairForTests();
  let show: (pair: TlsPair) => void = () => undefined;
  const identity = {
    current: pair,
    onChange: (listener: typeof show) => {
      show = listener;
    },
    [Symbol.dispose]: () => undefined,
  };
  const at = { host: "127.0.0.1", port: 0 };
  const http = stack.use(await listenHttp(at, world));
  const https = stack.use(await listenHttps({ ...at, identity }, world));
  const none = async () => undefined;
  const media = mediaRoutes({ live, dvr: none, vod: none, embed: none }, world, options);
  const health = createHealth([], world);
  const api = {
    takes: () => false,
    handle: () => {
      throw new Fault("internal", "There is no API here");
    },
  };
  for (const each of [http, https]) each.serve({ media, api, health });
  stack.defer(() => media.release());
  const owned = stack.move();
  return {
    http: `http://127.0.0.1:${http.port}`,
    https: `https://127.0.0.1:${https.port}`,
    ca: pair.cert,
    media,
    show: (other) => show(other),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
