import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { type Event, readEvent } from "@oxbow/contract";

/** The longest that a delivery is waited for, in milliseconds. */
const PATIENCE = 20_000;

/** A POST as it came. */
export type Hooked = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** When it came, in Unix milliseconds. */
  readonly at: number;
  /** What it was answered with. */
  readonly status: number;
};

/** What to answer a POST with; `nth` counts those of its path from 0. */
export type Script = (nth: number) => { status: number; headers?: Record<string, string> };

/** A receiver of webhooks that answers each path as it is told to. */
export type ScriptedHook = {
  readonly posts: readonly Hooked[];
  /** A URL whose POSTs are answered by `script`, all with 204 where there is none. */
  url(path: string, script?: Script): string;
  /** The POSTs of a path once there are so many. */
  at(path: string, count: number): Promise<readonly Hooked[]>;
  [Symbol.asyncDispose](): Promise<void>;
};

export async function scriptedHook(): Promise<ScriptedHook> {
  const posts: Hooked[] = [];
  const scripts = new Map<string, Script>();
  const arrivals = new EventEmitter().setMaxListeners(50);
  const of = (path: string): readonly Hooked[] => posts.filter((post) => post.path === path);
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { url: path = "", headers } = request;
      const { status, headers: told } = scripts.get(path)?.(of(path).length) ?? { status: 204 };
      const given = Object.entries(headers).map(([name, value]) => [name, String(value)]);
      posts.push({ path, headers: Object.fromEntries(given), body, at: Date.now(), status });
      response.writeHead(status, told).end();
      return arrivals.emit("post");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return {
    posts,
    url(path, script) {
      if (script) scripts.set(path, script);
      return base + path;
    },
    async at(path, count) {
      const signal = AbortSignal.timeout(PATIENCE);
      while (of(path).length < count) {
        await once(arrivals, "post", { signal }).catch(() => {
          throw new Error(`${of(path).length} of ${count} deliveries came to ${path}`);
        });
      }
      return of(path);
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** The events of a POST: one, or those of a batch. */
export function eventsIn({ body }: Pick<Hooked, "body">): readonly Event[] {
  const value: unknown = JSON.parse(body);
  return Array.isArray(value) ? value.map((one) => readEvent(one)) : [readEvent(value)];
}
