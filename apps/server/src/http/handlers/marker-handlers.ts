import type { Marker as MarkerView } from "@oxbow/contract";
import { millis, rfc3339 } from "@oxbow/media";
import type { Marker, Markers } from "../../markers/index.ts";
import type { Streams } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";

export type MarkerHandlerPorts = { readonly markers: Markers; readonly streams: Streams };

type MarkerOperations = Pick<Handlers, "markers.list" | "markers.create" | "markers.delete">;

export function markerHandlers({ markers, streams }: MarkerHandlerPorts): MarkerOperations {
  return {
    "markers.list": async ({ params, query: { limit, cursor } }) => {
      const { stream } = streams.get(params.stream);
      const after = cursor === undefined ? {} : { after: cursor };
      const found = await markers.list(stream.id, { limit: limit + 1, ...after });
      const items = found.slice(0, limit);
      return {
        items: items.map(showMarker),
        next: found[limit] ? (items.at(-1)?.id ?? null) : null,
      };
    },
    "markers.create": async ({ params, body: { at, label, duration } }) => {
      const { stream } = streams.get(params.stream);
      const moment = at === undefined ? undefined : millis(at);
      return showMarker(await markers.create(stream.id, { at: moment, label, duration }));
    },
    "markers.delete": async ({ params }) => markers.remove(params.marker),
  };
}

function showMarker({ id, stream, broadcast, at, label, duration, createdAt }: Marker): MarkerView {
  const when = { at: rfc3339(at), createdAt: rfc3339(createdAt) };
  return { id, stream, broadcast, label, duration, ...when };
}
