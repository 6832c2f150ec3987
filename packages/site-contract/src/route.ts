import type { z } from "zod";

/** Who may call: everybody; who is signed in; who may stream; who runs the site. Each includes the next. */
export type Access = "anyone" | "viewer" | "streamer" | "operator";

/** `GET /api/videos/{video}`: method, and path with its parameters in braces. */
export type PathText = `${"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} /api/${string}`;

/** One operation of the site's API, beside its path. Parameters of the path are texts. */
export type SiteRoute = {
  readonly access: Access;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** What is answered with 200; nothing (204) where it is absent. */
  readonly response?: z.ZodType;
  /** Calls that a person at an address may make in a minute, where it is not the site's usual number. */
  readonly perMinute?: number;
};

/** A route for each path of an area. */
export type RoutesOf<Paths extends Readonly<Record<string, PathText>>> = {
  readonly [Id in keyof Paths]: SiteRoute;
};
