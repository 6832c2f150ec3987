import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SiteOperation } from "@oxbow/site-contract";
import { sitePaths } from "@oxbow/site-contract";
import { pino } from "pino";
import { createAccounts } from "../accounts/index.ts";
import type { Handlers } from "../calls/index.ts";
import { openStore, type Store, type StoreLocation } from "../store/index.ts";
import { onPostgres, onSqlite, testWorld } from "../store/store-for-tests.ts";
import { createHttp } from "./create-http.ts";
import type { HttpOptions } from "./http-options.ts";

export const PASSWORD = "correct horse battery";

/** The accounts behind the real HTTP server, on a database of their own. */
export type TestSite = AsyncDisposable & {
  readonly http: string;
  readonly store: Store;
  readonly folder: string;
  /** The token of the setup link that was logged last. */
  readonly setupToken: () => string;
  readonly announceSetup: () => Promise<void>;
  /** Letters that wait to be sent. */
  readonly letters: () => Promise<{ to: string; subject: string; text: string }[]>;
};

type SiteOptions = Partial<HttpOptions> & {
  readonly smtpUrl?: string;
  readonly platformUrl?: string;
  readonly trustedProxies?: string;
  readonly built?: (folder: string) => Promise<void>;
  /** Where its tables are; in a file of its own unless told. */
  readonly database?: StoreLocation;
};

/** A test of a site on SQLite, and again of one on PostgreSQL. */
export function siteTest(
  name: string,
  body: (site: TestSite) => Promise<void>,
  options: SiteOptions = {},
): void {
  for (const on of [onSqlite, onPostgres]) {
    on(name, async (database) => {
      await using site = await startSite({ ...options, database });
      await body(site);
    });
  }
}

export async function startSite(options: SiteOptions = {}): Promise<TestSite> {
  await using opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), "oxbow-site-"));
  opened.defer(() => rm(folder, { recursive: true, force: true }));
  await options.built?.(join(folder, "dist"));
  const { database = { file: join(folder, "platform.db") } } = options;
  const store = opened.use(await openStore(database));
  const said: string[] = [];
  // better-auth looks at the system's clock, so this world does, too.
  const world = {
    ...testWorld(),
    now: Date.now,
    log: pino({ level: "info" }, { write: (line: string) => void said.push(line) }),
  };
  const { smtpUrl, platformUrl } = options;
  let http = "";
  const accounts = await createAccounts({
    store,
    world,
    settings: { data: folder, smtpUrl, platformUrl },
    siteUrl: () => http,
  });
  const server = opened.use(
    await createHttp({
      world,
      settings: {
        host: "127.0.0.1",
        platformPort: 0,
        platformUrl,
        trustedProxies: options.trustedProxies ?? "",
      },
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the accounts are called here
      handlers: accounts.handlers as Handlers,
      caller: accounts.caller,
      everyPage: accounts.everyPage,
      mediaOrigins: () => ["http://media.test:8080"],
      firstHtml: async () => ({ status: 200, language: "en", head: "", data: { answers: [] } }),
      hook: async () => ({ status: 204 }),
      upgrade: (_request, socket) => void socket.destroy(),
      ready: async () => undefined,
      site: join(folder, "dist"),
      ...options,
    }),
  );
  await server.listen();
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("Not listening");
  http = `http://127.0.0.1:${address.port}`;
  await accounts.announceSetup();
  const closing = opened.move();
  return {
    http,
    store,
    folder,
    announceSetup: accounts.announceSetup,
    setupToken: () => /\/setup\/([\w-]+)/.exec(said.join(""))?.[1] ?? "",
    async letters() {
      const rows = await store.db.selectFrom("tasks").select("payload").orderBy("at").execute();
      return rows.map(({ payload }) => JSON.parse(payload));
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

export type Answer = { readonly status: number; readonly body: ReturnType<typeof JSON.parse> };

/** A browser: keeps cookies, and says which site its pages are of. */
export class Visitor {
  readonly #http: string;
  readonly cookies = new Map<string, string>();

  constructor({ http }: Pick<TestSite, "http">) {
    this.#http = http;
  }

  async send(
    method: string,
    path: string,
    init: { readonly body?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(`${this.#http}${path}`, {
      method,
      redirect: "manual",
      ...init,
      headers: { cookie, origin: this.#http, ...init.headers },
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /max-age=0/i.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Calls an operation with a body, or with `{name}` of its path filled. */
  async ask(
    id: SiteOperation,
    body?: unknown,
    params: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const [method = "", path = ""] = sitePaths[id].split(" ");
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
    const response = await this.send(method, filled, {
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  async signIn(email: string, password = PASSWORD): Promise<Answer> {
    return this.ask("accounts.signIn", { email, password });
  }
}

/** The first operator, signed in. */
export async function operatorOf(site: TestSite): Promise<Visitor> {
  const visitor = new Visitor(site);
  const made = await visitor.ask("accounts.setup", {
    token: site.setupToken(),
    name: "Olga",
    email: "olga@site.test",
    password: PASSWORD,
    language: "en",
  });
  if (made.status !== 200) throw new Error(JSON.stringify(made.body));
  return visitor;
}

/** Somebody who signed up by themselves, signed in. */
export async function viewerOf(site: TestSite, name: string): Promise<Visitor> {
  const visitor = new Visitor(site);
  const made = await visitor.ask("accounts.signUp", {
    name,
    email: `${name.toLowerCase()}@site.test`,
    password: PASSWORD,
    language: "pt-BR",
  });
  if (made.status !== 200) throw new Error(JSON.stringify(made.body));
  return visitor;
}
