import { millis } from "@oxbow/media";
import type { Assets } from "../../assets/index.ts";
import type { Exports } from "../../exports/index.ts";
import type { Streams } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";

export type ExportPorts<Tx> = {
  readonly exports: Exports<Tx>;
  readonly assets: Assets<Tx>;
  readonly streams: Streams;
};

type ExportOperations = Pick<
  Handlers,
  | "exports.list"
  | "exports.create"
  | "exports.get"
  | "exports.abort"
  | "exports.retry"
  | "assets.list"
  | "assets.get"
  | "assets.update"
  | "assets.delete"
>;

export function exportHandlers<Tx>({
  exports,
  assets,
  streams,
}: ExportPorts<Tx>): ExportOperations {
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
    "assets.list": ({ query }) =>
      assets.list({
        limit: query.limit,
        ...(query.stream !== undefined && { stream: streams.get(query.stream).stream.id }),
        ...(query.cursor !== undefined && { cursor: query.cursor }),
      }),
    "assets.get": ({ params }) => assets.get(params.asset),
    "assets.update": ({ params, body }) =>
      assets.update(params.asset, {
        ...(body.title !== undefined && { title: body.title }),
        ...(body.metadata !== undefined && { metadata: body.metadata }),
      }),
    "assets.delete": ({ params }) => assets.remove(params.asset),
  };
}
