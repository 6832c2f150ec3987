export type { AnswerOf, BodyIn, BodyOf, ParamsOf, QueryIn, QueryOf } from "./call-shapes.ts";
export { sitePaths } from "./paths.ts";
export { type SiteErrorCode, SiteFault, SiteProblem, siteErrors } from "./problem.ts";
export type { Access, SiteRoute } from "./route.ts";
export { type SiteOperation, type SiteRoutes, siteRoutes } from "./routes.ts";
export type { FromPage, ToPage, Topic, Update } from "./updates.ts";
