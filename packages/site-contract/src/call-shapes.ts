import type { z } from "zod";
import type { sitePaths } from "./paths.ts";
import type { SiteOperation, SiteRoutes } from "./routes.ts";

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParamNames<Rest>
  : never;

/** The parameters in an operation's path: `{ video: string }`. */
export type ParamsOf<Id extends SiteOperation> = {
  readonly [Name in ParamNames<(typeof sitePaths)[Id]>]: string;
};

/** What an operation's query holds: as the caller writes it, and as it is read. */
export type QueryIn<Id extends SiteOperation> = SiteRoutes[Id] extends {
  readonly query: infer S extends z.ZodType;
}
  ? z.input<S>
  : undefined;
export type QueryOf<Id extends SiteOperation> = SiteRoutes[Id] extends {
  readonly query: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** What an operation's body holds, likewise. */
export type BodyIn<Id extends SiteOperation> = SiteRoutes[Id] extends {
  readonly body: infer S extends z.ZodType;
}
  ? z.input<S>
  : undefined;
export type BodyOf<Id extends SiteOperation> = SiteRoutes[Id] extends {
  readonly body: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;

/** What an operation answers; undefined where it answers nothing. */
export type AnswerOf<Id extends SiteOperation> = SiteRoutes[Id] extends {
  readonly response: infer S extends z.ZodType;
}
  ? z.output<S>
  : undefined;
