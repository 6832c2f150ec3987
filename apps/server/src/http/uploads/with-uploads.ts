import type { IncomingMessage, ServerResponse } from "node:http";
import { Fault } from "@oxbow/contract";
import type { Api } from "../api/index.ts";
import { REQUEST_MS } from "../limits.ts";
import { sendRefusal } from "./upload-reply.ts";
import type { UploadRoutes } from "./upload-routes.ts";

/**
 * The API with uploads beside it. Files may take hours to come, so that the server itself sets no limit
 * of time for a whole request; every other body is to be there in a minute.
 */
export function withUploads<Tx>(api: Api, uploads: UploadRoutes<Tx>): Api {
  const close = (): Promise<void> => api.close();
  return {
    takes: (url) => url.startsWith("/uploads/") || api.takes(url),
    handle(request, response) {
      if (uploads.takes(request)) {
        uploads.handle(request, response);
        return;
      }
      limitBody(request, response);
      api.handle(request, response);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function limitBody(request: IncomingMessage, response: ServerResponse): void {
  const { "content-length": length, "transfer-encoding": coding } = request.headers;
  if (coding === undefined && (length === undefined || length === "0")) return;
  const late = setTimeout(() => {
    sendRefusal(request, response, new Fault("request_timeout", "Send the request in one go"));
    request.destroy();
  }, REQUEST_MS);
  late.unref();
  const done = (): void => clearTimeout(late);
  request.once("end", done).once("close", done);
}
