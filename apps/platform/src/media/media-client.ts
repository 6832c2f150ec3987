import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, type Fetch, OxbowError } from "@oxbow/sdk";
import { SiteFault } from "@oxbow/site-contract";
import type { World } from "../world.ts";

export type MediaServerAt = {
  /** Where this process reaches it. */
  readonly serverUrl: string;
  /** The folder that both share, where the media server leaves its first key. */
  readonly data: string;
  /** A key of scope admin; read from `data` where it is not set. */
  readonly apiKey?: string | undefined;
};

const UNAUTHORIZED = 401;
const LOOK_MS = 250;

/**
 * The media server's API with the platform's own key. The key stays in this process. The file of the
 * key is read when it is needed, as the media server may make it after this program has started, and
 * once more when the server does not know the key.
 */
export function mediaClient({ serverUrl, data, apiKey }: MediaServerAt): Client {
  let key = apiKey;
  const read = async (): Promise<string> => {
    key ??= (await readFile(join(data, "api-key"), "utf8")).trim();
    return key;
  };
  const send: Fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${await read()}`);
    const answer = await fetch(url, { ...init, headers });
    if (answer.status === UNAUTHORIZED) key = apiKey;
    return answer;
  };
  return createClient({ url: serverUrl, key: "", fetch: send });
}

/** Waits until the media server answers, `patienceMs` at most; whether it does. */
export async function waitForMedia(
  client: Client,
  world: World,
  patienceMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const until = AbortSignal.timeout(patienceMs);
  const ended = signal === undefined ? until : AbortSignal.any([until, signal]);
  while (!ended.aborted) {
    try {
      await client.sinks.list({ limit: 1 }, { signal: ended });
      return true;
    } catch (err) {
      world.log.debug({ err }, "the media server does not answer yet");
      await delay(LOOK_MS, undefined, { signal: ended }).catch(() => undefined);
    }
  }
  return false;
}

/**
 * What the site tells of something that the media server did not do: `media_server_away` where no
 * answer came, `media_server_refused` with the server's code as `reason` otherwise. Other errors come
 * back as they are.
 */
export function mediaFault(error: unknown): unknown {
  if (!(error instanceof OxbowError)) return error;
  const options = { reason: error.code, cause: error };
  if (error.code === "unreachable" || error.code === "unexpected_answer") {
    return new SiteFault("media_server_away", "The media server does not answer", options);
  }
  return new SiteFault("media_server_refused", error.message, {
    ...options,
    ...(error.field === undefined ? {} : { field: error.field }),
  });
}
