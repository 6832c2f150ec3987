import type { AnswerOf, BodyOf, ParamsOf, QueryOf, SiteOperation } from "@oxbow/site-contract";

/** Who calls, and from where. */
export type Caller = {
  /** Null for somebody who is not signed in. */
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly role: "viewer" | "streamer" | "operator";
    readonly language: "en" | "pt-BR";
  } | null;
  /** IP address, by the trusted proxies' word. */
  readonly address: string;
};

/** What signs a browser in and out: only operations of the accounts are given it. */
export type Cookies = {
  /** The request's headers, as they came. */
  readonly headers: Headers;
  /** Adds a Set-Cookie line to the answer. */
  readonly set: (line: string) => void;
};

type Input<Id extends SiteOperation> = {
  readonly params: ParamsOf<Id>;
  readonly query: QueryOf<Id>;
  readonly body: BodyOf<Id>;
  readonly caller: Caller;
} & (Id extends `accounts.${string}` ? { readonly cookies: Cookies } : unknown);

/** One function for each operation; input is validated, access by role is checked already. Refuses by SiteFault. */
export type Handlers = {
  readonly [Id in SiteOperation]: (input: Input<Id>) => Promise<AnswerOf<Id>>;
};

/** Those of one area: `HandlersOf<"chat">` has `chat.send` and its like. */
export type HandlersOf<Area extends string> = {
  readonly [Id in SiteOperation as Id extends `${Area}.${string}` ? Id : never]: Handlers[Id];
};
