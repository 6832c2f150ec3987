export { createHttp } from "./create-http.ts";
export type {
  FirstHtml,
  FirstPage,
  HookHandler,
  Http,
  HttpOptions,
  PlainAnswer,
  PlainRoute,
  UpgradeHandler,
} from "./http-options.ts";
