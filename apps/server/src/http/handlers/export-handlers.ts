import { millis } from "@oxbow/media";
import type { Exports } from "../../exports/index.ts";
import type { Handlers } from "../api/index.ts";

export type ExportPorts<Tx> = {
  readonly exports: Exports<Tx>;
};

type ExportOperations = Pick<
  Handlers,
  "exports.list" | "exports.create" | "exports.get" | "exports.abort" | "exports.retry"
>;

export function exportHandlers<Tx>({ exports }: ExportPorts<Tx>): ExportOperations {
  return {
    "exports.list": ({ query }) =>
      exports.list({
        limit: query.limit,
        ...(query.stream !== undefined && { stream: query.stream }),
        ...(query.state !== undefined && { state: query.state }),
        ...(query.cursor !== undefined && { cursor: query.cursor }),
      }),
    "exports.create": ({ body }) =>
      exports.create(
        "broadcast" in body ? body : { ...body, from: millis(body.from), to: millis(body.to) },
      ),
    "exports.get": ({ params }) => exports.get(params.export),
    "exports.abort": ({ params, body, auth }) =>
      exports.abort(params.export, auth.key.name, body.reason ?? ""),
    "exports.retry": ({ params }) => exports.retry(params.export),
  };
}
