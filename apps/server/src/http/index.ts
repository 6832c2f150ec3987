export { createApi, type Handlers, type IdempotencyPort, type KeyLookup } from "./api/index.ts";
export { archiveHandlers } from "./handlers/archive-handlers.ts";
export { exportHandlers } from "./handlers/export-handlers.ts";
export { sessionHandlers } from "./handlers/session-handlers.ts";
export { streamHandlers } from "./handlers/stream-handlers.ts";
export { createHealth, type ReadyCheck } from "./health.ts";
export { type HttpServer, listenHttp } from "./http-server.ts";
export { mediaRoutes } from "./media/media-routes.ts";
export { mediaSources } from "./media/media-sources.ts";
