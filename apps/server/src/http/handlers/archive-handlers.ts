import type { Pin as PinView } from "@oxbow/contract";
import { millis, rfc3339 } from "@oxbow/media";
import type { Archive, Pin } from "../../archive/index.ts";
import { type Streams, showGap, showTrack } from "../../streams/index.ts";
import type { Handlers } from "../api/index.ts";
import { pageOf } from "./page.ts";

export type ArchivePorts = {
  readonly archive: Archive;
  readonly streams: Streams;
};

type ArchiveOperations = Pick<
  Handlers,
  "archive.get" | "archive.delete" | "pins.list" | "pins.create" | "pins.delete"
>;

export function archiveHandlers({ archive, streams }: ArchivePorts): ArchiveOperations {
  return {
    "archive.get": async ({ params, query }) => {
      const { stream } = streams.get(params.stream);
      const from = query.from === undefined ? undefined : millis(query.from);
      const to = query.to === undefined ? undefined : millis(query.to);
      const { oldest, newest, bytes, ranges, gaps } = await archive.view(stream.id, from, to);
      return {
        oldest: oldest === null ? null : rfc3339(oldest),
        newest: newest === null ? null : rfc3339(newest),
        bytes,
        ranges: ranges.map((range) => ({
          from: rfc3339(range.from),
          to: rfc3339(range.to),
          bytes: range.bytes,
          broadcast: range.broadcast,
          tracks: range.tracks.map(showTrack),
          renditions: range.renditions,
        })),
        gaps: gaps.map(showGap),
      };
    },
    "archive.delete": async ({ params, query }) => {
      const { stream } = streams.get(params.stream);
      const [from, to] = [millis(query.from), millis(query.to)];
      const { bytes, kept } = await archive.remove(stream, from, to);
      return { from: rfc3339(from), to: rfc3339(to), bytes, kept };
    },
    "pins.list": async ({ params, query }) => {
      const { stream } = streams.get(params.stream);
      const pins = (await archive.pins(stream.id)).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const { items, next } = pageOf(pins, (pin) => pin.id, query);
      return { items: items.map(showPin), next };
    },
    "pins.create": async ({ params, body }) => {
      const { stream } = streams.get(params.stream);
      const pin = await archive.pin({
        stream: stream.id,
        from: millis(body.from),
        to: millis(body.to),
        ...(body.reason === null ? {} : { reason: body.reason }),
        ...(body.expiresAt === null ? {} : { expiresAt: millis(body.expiresAt) }),
      });
      return showPin(pin);
    },
    "pins.delete": async ({ params }) => archive.unpin(params.pin),
  };
}

function showPin(pin: Pin): PinView {
  return {
    id: pin.id,
    stream: pin.stream,
    from: rfc3339(pin.from),
    to: rfc3339(pin.to),
    reason: pin.reason,
    owner: pin.owner,
    expiresAt: pin.expiresAt === null ? null : rfc3339(pin.expiresAt),
    createdAt: rfc3339(pin.createdAt),
  };
}
