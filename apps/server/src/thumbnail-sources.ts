import { Fault } from "@oxbow/contract";
import { type Millis, millis, plus, VIDEO_TRACK } from "@oxbow/media";
import type { Archive } from "./archive/index.ts";
import type { Assets } from "./assets/index.ts";
import type { PicturePorts } from "./http/index.ts";
import { limitedTo } from "./limited-pictures.ts";
import { lastBefore } from "./recordings.ts";
import type { Tx } from "./store/index.ts";
import type { StreamNow, StreamStore } from "./streams/index.ts";
import type {
  PictureSource,
  ThumbnailAnswer,
  ThumbnailRange,
  ThumbnailRequest,
} from "./thumbnails/index.ts";
import type { World } from "./world.ts";

/** Longest time that a live stream may be rewound: its thumbnails go back as far. */
const REWIND_MS = 12 * 3_600_000;
/** A playlist begins with the segment that holds its beginning: so long before it, at the most. */
const SEGMENT_MS = 15_000;

const FOR_EVER = millis(Number.MAX_SAFE_INTEGER);

type Made = { answer(path: string, of: ThumbnailRequest): Promise<ThumbnailAnswer | undefined> };

export type ThumbnailParts = {
  readonly thumbnails: Made;
  readonly archive: Pick<Archive, "pictures" | "media" | "newest">;
  readonly broadcasts: Pick<StreamStore, "broadcasts">;
  readonly world: World;
};

/** Thumbnails of what is live and of what is recorded, out of the archive. */
export function streamPictures(parts: ThumbnailParts): Pick<PicturePorts, "live" | "dvr"> {
  const { thumbnails } = parts;
  return {
    live: (now, path, within) =>
      thumbnails.answer(path, {
        source: limitedTo(recorded(parts, now), within),
        range: () => rewindable(parts, now),
        byClock: true,
        newest: now.broadcast !== null,
      }),
    dvr(now, path, query, within) {
      const source = limitedTo(recorded(parts, now), within);
      return thumbnails.answer(path, { source, range: () => asked(source, query), byClock: true });
    },
  };
}

/** Thumbnails of assets, out of their files. */
export function assetPictures(
  thumbnails: Made,
  assets: Pick<Assets<Tx>, "pictures" | "vodRoute">,
): PicturePorts["vod"] {
  return async (id, path) => {
    const title = await assets.pictures(id);
    if (title === undefined) return undefined;
    const { size, init, pictures, duration } = title;
    const read = async (place: string): Promise<readonly Uint8Array[] | undefined> => {
      const answer = await assets.vodRoute(id, place);
      return answer?.kind === "bytes" ? answer.body : undefined;
    };
    const source: PictureSource = {
      id,
      list: async (from, to) =>
        pictures
          .filter(({ at }) => at >= from && at < to)
          .map(({ at, path: name }) => ({ at, name })),
      async read({ name }) {
        const [head, fragment] = await Promise.all([read(init), read(name)]);
        return head && fragment && { init: Buffer.concat(head), fragment };
      },
      size: async () => size,
      // A file does not change.
      settled: () => FOR_EVER,
    };
    const range = async () => ({ from: millis(0), to: duration });
    return thumbnails.answer(path, { source, range, byClock: false });
  };
}

/** The broadcast that is on air, or was last, as far back as it can be rewound. */
async function rewindable(
  { archive, broadcasts, world }: ThumbnailParts,
  { stream, broadcast }: StreamNow,
): Promise<{ from: Millis; to: Millis } | undefined> {
  const newest = archive.newest(stream.id);
  const last = broadcast ?? (await lastBefore(broadcasts, stream.id, world.now()));
  const to = last?.to ?? newest;
  if (last === undefined || to === undefined || to <= last.from) return undefined;
  return { from: millis(Math.max(last.from, to - REWIND_MS)), to };
}

/** The pictures of a stream's archive. */
function recorded(
  { archive, world }: ThumbnailParts,
  { stream: { id }, broadcast }: StreamNow,
): PictureSource {
  return {
    id,
    async list(from, to) {
      if (from >= to) return [];
      const { pictures } = await archive.pictures(id, from, to);
      return pictures.map(({ stretch, number, wall }) => ({
        at: wall,
        name: `${stretch}/${number}`,
      }));
    },
    async read({ name }) {
      const [stretch = "", number] = name.split("/");
      const at = { stretch, number: Number(number), track: VIDEO_TRACK };
      const [init, picture] = await Promise.all([
        archive.media(id, { ...at, what: "init" }),
        archive.media(id, { ...at, what: "picture" }),
      ]);
      if (init === undefined || picture === undefined) return undefined;
      return { init: Buffer.concat(init.body), fragment: picture.body };
    },
    size: async (from, to) =>
      from < to
        ? (await archive.pictures(id, from, millis(Math.min(to, from + 60_000)))).size
        : undefined,
    settled: () => (broadcast === null ? world.now() : (archive.newest(id) ?? millis(0))),
  };
}

/**
 * `?from&to` of a recording's playlist, moved back to where that playlist begins; `&interval`: how many
 * seconds apart the pictures are wanted, for who shows them beside each other.
 */
async function asked(source: PictureSource, query: URLSearchParams): Promise<ThumbnailRange> {
  const from = moment(query, "from");
  if (from === undefined) {
    throw new Fault("invalid_request", "Thumbnails need ?from= in milliseconds", { field: "from" });
  }
  const to = moment(query, "to") ?? source.settled();
  if (to <= from) throw new Fault("range_invalid", "The range has no length", { field: "to" });
  const before = await source.list(millis(Math.max(0, from - SEGMENT_MS)), plus(from, 1));
  return { from: before.at(-1)?.at ?? from, to, interval: moment(query, "interval") };
}

function moment(query: URLSearchParams, field: string): Millis | undefined {
  const text = query.get(field);
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return millis(Number(text));
  throw new Fault("invalid_request", `"${text}" is no whole number`, { field });
}
