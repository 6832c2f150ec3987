import { once } from "node:events";
import { createServer } from "node:http";
import type { FromPage, ToPage, Update } from "@oxbow/site-contract";
import { WebSocket } from "ws";
import type { Caller } from "../calls/index.ts";
import type { Store } from "../store/index.ts";
import type { TestWorld } from "../store/store-for-tests.ts";
import { startUpdates, type Updates, type UpdatesOptions } from "./start-updates.ts";

type Role = "viewer" | "streamer" | "operator";

export const visitor: Caller = { person: null, address: "192.0.2.1" };

export function signedIn(id: string, role: Role = "viewer"): Caller {
  const person = { id, name: id, email: `${id}@site.example`, role, language: "en" } as const;
  return { person, address: "192.0.2.1" };
}

/** Updates on a socket of this machine; a page's caller is looked up by the cookie it sends. */
export interface UpdatesServer extends AsyncDisposable {
  readonly updates: Updates;
  /** Who sends each cookie. */
  readonly callers: Map<string, Caller>;
  open(cookie?: string): Promise<TestPage>;
}

export async function serveUpdates(
  store: Store,
  world: TestWorld,
  options: Partial<UpdatesOptions> = {},
): Promise<UpdatesServer> {
  const callers = new Map<string, Caller>();
  const callerOf = (cookie: string | undefined): Caller => callers.get(cookie ?? "") ?? visitor;
  const updates = await startUpdates({
    store,
    world,
    mayListen: async () => true,
    callerOf: async (request) => callerOf(request.headers.cookie),
    ...options,
  });
  const server = createServer().listen(0, "127.0.0.1");
  server.on("upgrade", (request, socket, head) =>
    updates.upgrade(request, socket, head, callerOf(request.headers.cookie)),
  );
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  const pages: TestPage[] = [];
  return {
    updates,
    callers,
    async open(cookie = "") {
      const page = new TestPage(`ws://127.0.0.1:${port}/api/updates`, cookie);
      pages.push(page);
      await page.opened;
      return page;
    },
    async [Symbol.asyncDispose]() {
      await updates[Symbol.asyncDispose]();
      for (const page of pages) page.cut();
      server.close();
    },
  };
}

/** A page without a browser: it speaks the protocol, and keeps what it was told. */
export class TestPage {
  readonly opened: Promise<void>;
  /** Resolves with code and reason when the server has closed it. */
  readonly closed: Promise<string>;
  readonly heard: ToPage[] = [];
  readonly #socket: WebSocket;
  #waiting: { readonly is: () => boolean; readonly done: () => void }[] = [];

  constructor(url: string, cookie: string) {
    this.#socket = new WebSocket(url, { headers: { cookie } });
    this.opened = once(this.#socket, "open").then(() => undefined);
    this.closed = new Promise((resolve) => {
      this.#socket.on("close", (code, reason) => resolve(`${code} ${reason.toString()}`));
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("message", (data) => {
      const said: ToPage = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "");
      this.heard.push(said);
      const waiting = this.#waiting;
      this.#waiting = waiting.filter(({ is }) => !is());
      for (const { is, done } of waiting) if (is()) done();
    });
  }

  get updates(): Update[] {
    return this.heard.flatMap((said) => ("updates" in said ? said.updates : []));
  }

  say(message: FromPage | string): void {
    this.#socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Listens, and resolves when the server does. */
  async listen(message: FromPage): Promise<Extract<ToPage, { listening: unknown }>> {
    const before = this.heard.length;
    this.say(message);
    const find = () => this.heard.slice(before).find((said) => "listening" in said);
    await this.until(() => find() !== undefined);
    const said = find();
    if (said === undefined || !("listening" in said)) throw new Error("Not listening");
    return said;
  }

  until(is: () => boolean): Promise<void> {
    if (is()) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({ is, done }));
  }

  /** Reads no more. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Loses the connection, without a word. */
  cut(): void {
    this.#socket.terminate();
  }
}
