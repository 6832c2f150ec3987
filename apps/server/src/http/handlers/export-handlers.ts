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
    "exports.list": ({ query }) => exports.list(given(query)),
    "exports.create": ({ body }) =>
      exports.create(
        "broadcast" in body
          ? given(body)
          : given({ ...body, from: millis(body.from), to: millis(body.to) }),
      ),
    "exports.get": ({ params }) => exports.get(params.export),
    "exports.abort": ({ params, body, auth }) =>
      exports.abort(params.export, auth.key.name, body.reason ?? ""),
    "exports.retry": ({ params }) => exports.retry(params.export),
    "assets.list": ({ query }) => {
      const { stream, ...page } = query;
      const id = stream === undefined ? {} : { stream: streams.get(stream).stream.id };
      return assets.list(given({ ...page, ...id }));
    },
    "assets.get": ({ params }) => assets.get(params.asset),
    "assets.update": ({ params, body }) => assets.update(params.asset, given(body)),
    "assets.delete": ({ params }) => assets.remove(params.asset),
  };
}

type Given<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** The same without the members that are there but undefined. */
function given<T extends object>(value: T): Given<T> {
  const kept = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(kept) as Given<T>;
}
