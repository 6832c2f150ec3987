/** Where an encoder wants to publish, whatever fields it put the parts into. */
export type PublishTarget = {
  readonly app: string;
  /** The last part of the path: a stream key, or a name where the query holds the key. */
  readonly streamKey: string;
  readonly query: URLSearchParams;
};

/**
 * Finds key and query in what `connect` and `publish` said. Encoders fill these differently:
 * the key alone; `key?query`; `name?key=KEY`; the whole URL in the server field with an empty key,
 * so that the key is the last part of `app` (or of `tcUrl`, where `app` is empty too); the whole URL
 * or path in the key field; an empty app. A query of the app stands before a query of the name.
 */
export function publishTarget(app: string, tcUrl: string, name: string): PublishTarget {
  const stream = split(withoutHost(name));
  const server = split(app === "" && stream.path === "" ? withoutHost(tcUrl) : app);
  const query = new URLSearchParams([
    ...new URLSearchParams(server.query),
    ...new URLSearchParams(stream.query),
  ]);
  const parts = stream.path === "" ? server.path.split("/") : stream.path.split("/");
  const streamKey = parts.pop() ?? "";
  const before = stream.path === "" ? parts : [...server.path.split("/"), ...parts];
  return { app: before.filter((part) => part !== "").join("/"), streamKey, query };
}

function withoutHost(url: string): string {
  return url.replace(/^rtmps?:\/\/[^/]*/i, "");
}

/** Path without slashes at its ends, and query. */
function split(text: string): { readonly path: string; readonly query: string } {
  const mark = text.indexOf("?");
  const path = mark < 0 ? text : text.slice(0, mark);
  return {
    path: path.replace(/^\/+/, "").replace(/\/+$/, ""),
    query: mark < 0 ? "" : text.slice(mark + 1),
  };
}
