import { millis } from "@oxbow/media";
import type { Archive } from "../../archive/index.ts";
import type { Live } from "../../live/index.ts";
import { type MediaPlace, mediaPlace } from "../../packager/index.ts";
import type { StreamNow, Streams } from "../../streams/index.ts";
import { isThumbnailPath } from "../../thumbnails/index.ts";
import {
  type Bounds,
  beyond,
  contains,
  type Extent,
  isOf,
  opensNow,
  overlaps,
} from "../../viewers/index.ts";
import type { World } from "../../world.ts";
import type { MediaRequest } from "./media-request.ts";
import { instantRange, type MediaSources } from "./media-routes.ts";

export type BoundPorts = {
  readonly streams: Pick<Streams, "get">;
  readonly live: Pick<Live, "get">;
  readonly archive: Pick<Archive, "extent" | "view">;
  readonly world: World;
};

const LIST = /\.(m3u8|mpd)$/;
/** The clock of DASH. */
const CLOCK = "time";
/** What has left the live list is asked for a little longer (three targets of at most 15 s). */
const LEFT_MS = 45_000;
const DIGITS = /^\d{1,15}$/;

/**
 * Holds what a token opens of a stream against its bounds (decision 0027): lists have nothing outside,
 * media that lies over an edge is given whole, pictures are left out. What is none of these is refused.
 * Requests without bounds pass at once. An asset's token has no bounds.
 */
export function boundedSources(sources: MediaSources, ports: BoundPorts): MediaSources {
  return {
    live(request, gone) {
      const { within } = request;
      if (within === undefined) return sources.live(request, gone);
      const asked = within.liveOnly ? withoutRewinding(request, within, ports) : request;
      const opened = isLiveOpen(asked, within, ports);
      if (!(opened instanceof Promise)) return answer(opened, () => sources.live(asked, gone));
      return opened.then((isOpen) => answer(isOpen, () => sources.live(asked, gone)));
    },
    async dvr(request, gone) {
      const { within } = request;
      if (within === undefined) return sources.dvr(request, gone);
      const isOpen = await isDvrOpen(request, within, ports);
      return answer(isOpen, () => sources.dvr(ofBroadcast(request, within), gone));
    },
    vod: (request) => sources.vod(request),
    embed: (request) => sources.embed(request),
  };
}

function answer<T>(isOpen: boolean, give: () => T): T {
  if (!isOpen) throw beyond();
  return give();
}

function isLiveOpen(
  { owner, path, query }: MediaRequest,
  within: Bounds,
  ports: BoundPorts,
): boolean | Promise<boolean> {
  if (path === CLOCK) return true;
  const now = ports.streams.get(owner);
  const window = ports.live.get(now.stream.name);
  if (path === ".flv" || path === "events") {
    return opensNow(within, now.broadcast?.id ?? window?.broadcast ?? null, ports.world.now());
  }
  if (isThumbnailPath(path)) return window === undefined || isOf(within, window.broadcast);
  const place = mediaPlace(path);
  if (place !== undefined) {
    const extent = window?.extentOf(place);
    if (!window || !extent) return !within.liveOnly && isRecordedOpen(now, place, within, ports);
    if (within.liveOnly && extent.to <= (window.listed(false)?.first.wall ?? 0) - LEFT_MS)
      return false;
    return overlaps(within, { ...extent, broadcast: window.broadcast });
  }
  // What is not on air is refused as that.
  if (!LIST.test(path) || !window) return LIST.test(path);
  const listed = window.listed(query.get("dvr") === "1");
  if (!isOf(within, window.broadcast)) return false;
  return listed === undefined || [listed.first, listed.last].every((one) => touches(within, one));
}

/**
 * The window is the live list then, and pictures are those of its time: a player that would rewind
 * plays what is live.
 */
function withoutRewinding(
  request: MediaRequest,
  within: Bounds,
  { streams, live }: BoundPorts,
): MediaRequest {
  const listed = live.get(streams.get(request.owner).stream.name)?.listed(false);
  const query = new URLSearchParams(request.query);
  query.delete("dvr");
  if (listed === undefined) return { ...request, query };
  const from = millis(Math.max(within.from ?? 0, listed.first.wall));
  return { ...request, query, within: { ...within, from } };
}

/** Whether an entry of a list lies in the stretch of time that is opened, or over its edge. */
const touches = (within: Bounds, { wall, end }: { wall: number; end: number }): boolean =>
  overlaps({ ...within, broadcast: undefined }, { from: wall, to: end, broadcast: undefined });

async function isDvrOpen(
  { owner, path, query }: MediaRequest,
  within: Bounds,
  ports: BoundPorts,
): Promise<boolean> {
  if (path === CLOCK) return true;
  const [from, to] = [timeIn(query, "from", -Infinity), timeIn(query, "to", Infinity)];
  // Of pictures only those are shown that lie within; a sheet has its time in its name.
  if (isThumbnailPath(path)) return path.includes("/") || touches(within, { wall: from, end: to });
  const now = ports.streams.get(owner);
  const place = mediaPlace(path);
  if (place !== undefined) return isRecordedOpen(now, place, within, ports);
  const range = instantRange(path);
  if (range !== undefined) {
    if (!contains(within, range.from, range.to)) return false;
    if (within.broadcast === undefined || range.to <= range.from) return true;
    const { ranges } = await ports.archive.view(now.stream.id, range.from, range.to);
    return ranges.every(({ broadcast }) => isOf(within, broadcast));
  }
  if (!LIST.test(path)) return false;
  const named = query.get("broadcast");
  if (named !== null && !isOf(within, named)) return false;
  return contains(within, from, to);
}

async function isRecordedOpen(
  { stream }: StreamNow,
  place: MediaPlace,
  within: Bounds,
  { archive }: BoundPorts,
): Promise<boolean> {
  const extent: Extent | undefined = await archive.extent(stream.id, place);
  return extent !== undefined && overlaps(within, extent);
}

/** Without a time a list goes as far as there is media, on that side. */
function timeIn(query: URLSearchParams, field: string, unless: number): number {
  const text = query.get(field) ?? "";
  return DIGITS.test(text) ? Number(text) : unless;
}

/** Where broadcasts overlap on the clock, a list is of the one that the token is for. */
function ofBroadcast(request: MediaRequest, { broadcast }: Bounds): MediaRequest {
  if (broadcast === undefined || !LIST.test(request.path)) return request;
  const query = new URLSearchParams(request.query);
  query.set("broadcast", broadcast);
  return { ...request, query };
}
