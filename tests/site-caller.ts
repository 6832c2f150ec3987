import {
  type AnswerOf,
  type BodyIn,
  type ParamsOf,
  type QueryIn,
  type SiteOperation,
  type SiteRoute,
  sitePaths,
  siteRoutes,
} from "@oxbow/site-contract";
import type { BrowserContext } from "playwright-core";
import type { PlatformProcess } from "./platform-process.ts";

/** What an operation is called with: what it has no use for may be left out. */
export type SiteInput<Id extends SiteOperation> = {
  readonly params?: ParamsOf<Id>;
  readonly query?: QueryIn<Id>;
  readonly body?: BodyIn<Id>;
};

/** The same, whatever the operation. */
type AnyInput = { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown };

/** The members of an object that are texts, or can be written as such. */
function textsOf(value: unknown): [name: string, text: string][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries<unknown>({ ...value }).flatMap(([name, each]): [string, string][] =>
    typeof each === "string" || typeof each === "number" || typeof each === "boolean"
      ? [[name, `${each}`]]
      : [],
  );
}

export type SiteAnswer = { readonly status: number; readonly body: unknown };

/** Somebody's browser, as far as the site's API sees it: it keeps cookies, and calls as a page would. */
export type SiteCaller = {
  /** Calls an operation whatever it answers: a refusal's body is its problem. */
  ask<Id extends SiteOperation>(id: Id, input?: SiteInput<Id>): Promise<SiteAnswer>;
  /** Calls one that is expected to do it; throws with the problem where it does not. */
  call<Id extends SiteOperation>(id: Id, input?: SiteInput<Id>): Promise<AnswerOf<Id>>;
  /** Header `Cookie`. */
  cookies(): string;
  /** Puts the cookies into a browser, which is then signed in as this person. */
  signInto(browser: BrowserContext): Promise<void>;
};

/** Somebody who is not signed in. */
export function siteCaller(http: string): SiteCaller {
  const jar = new Map<string, string>();
  const cookies = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const ask = async (id: SiteOperation, input: AnyInput = {}): Promise<SiteAnswer> => {
    const [method = "", path = ""] = sitePaths[id].split(" ");
    const params = new Map(textsOf(input.params));
    const url = new URL(
      path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params.get(name) ?? "")),
      http,
    );
    for (const [name, text] of textsOf(input.query)) url.searchParams.set(name, text);
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: {
        origin: new URL(http).origin,
        cookie: cookies(),
        ...(method === "GET" ? {} : { "content-type": "application/json" }),
      },
      body: method === "GET" ? null : JSON.stringify(input.body ?? {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (value === "" || /max-age=0/i.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    ask,
    async call<Id extends SiteOperation>(id: Id, input?: SiteInput<Id>): Promise<AnswerOf<Id>> {
      const { status, body } = await ask(id, input);
      if (status >= 300) throw new Error(`${id} answered ${status}: ${JSON.stringify(body)}`);
      const route: SiteRoute = siteRoutes[id];
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parsed by the schema that the type is inferred from
      return route.response?.parse(body) as AnswerOf<Id>;
    },
    cookies,
    async signInto(browser) {
      await browser.addCookies(
        [...jar].map(([name, value]) => ({ name, value, url: http, httpOnly: true })),
      );
    },
  };
}

/** The password of everybody in tests. */
export const PASSWORD = "correct horse battery";

/** Makes the first operator by the link of the console, and is signed in as that person. */
export async function setUpOperator(
  platform: PlatformProcess,
  email = "operator@site.test",
): Promise<SiteCaller> {
  const caller = siteCaller(platform.http);
  const token = new URL(await platform.setupLink()).pathname.split("/").at(-1) ?? "";
  await caller.call("accounts.setup", {
    body: { token, name: "Olga Operator", email, password: PASSWORD, language: "en" },
  });
  return caller;
}

/** Makes an account with a role, by an operator's invitation, and is signed in as that person. */
export async function invited(
  platform: PlatformProcess,
  operator: SiteCaller,
  person: { readonly name: string; readonly role: "viewer" | "streamer" | "operator" },
): Promise<SiteCaller> {
  const { url } = await operator.call("accounts.invite", { body: { role: person.role } });
  const caller = siteCaller(platform.http);
  await caller.call("accounts.signUp", {
    body: {
      name: person.name,
      email: `${person.name.toLowerCase().replace(/\W+/g, ".")}@site.test`,
      password: PASSWORD,
      language: "en",
      invitation: new URL(url).pathname.split("/").at(-1) ?? "",
    },
  });
  return caller;
}
