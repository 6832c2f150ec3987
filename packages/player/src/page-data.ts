/** What is to be played, as the server tells it to the embed page, or a site to the element. */
export type PageData = {
  /** Stream or asset. */
  readonly id: string;
  readonly kind: "live" | "vod";
  /** The HLS multivariant playlist. */
  readonly hls: string;
  readonly title?: string;
  /** A file for browsers that play neither by script nor by themselves. */
  readonly mp4?: string;
  /** HLS of the last broadcast's recording, offered when the transmission has ended. */
  readonly recording?: string;
  /** The viewer signal of a stream: server-sent events. */
  readonly events?: string;
  /** WebVTT of pictures for the seek bar. */
  readonly thumbnails?: string;
  readonly poster?: string;
  /** When the broadcast is to begin, RFC 3339. */
  readonly startsAt?: string;
  /** The one broadcast of the stream that the page is about: the next one is not played on it. */
  readonly broadcast?: string;
};

/** Where the data stands in the page. */
export const PAGE_DATA_ID = "oxbow-data";

/** Members that may be missing. */
const OPTIONAL = [
  "title",
  "mp4",
  "recording",
  "events",
  "thumbnails",
  "poster",
  "startsAt",
  "broadcast",
] as const;

/** Reads the data out of the page's own text; undefined if it is not there or not as it should be. */
export function readPageData(text: string): PageData | undefined {
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null) return undefined;
  if (!("id" in data) || typeof data.id !== "string") return undefined;
  if (!("hls" in data) || typeof data.hls !== "string") return undefined;
  if (!("kind" in data) || (data.kind !== "live" && data.kind !== "vod")) return undefined;
  const { id, hls, kind } = data;
  const known = new Map<string, unknown>(Object.entries(data));
  const others = OPTIONAL.map((name) => [name, known.get(name)] as const).filter(
    ([, value]) => typeof value === "string",
  );
  return { id, kind, hls, ...Object.fromEntries(others) };
}

/**
 * The data with the URLs that stand beside a playlist: the viewer signal of a stream, the pictures
 * of the seek bar. A stream is played with the whole of its window.
 */
export function withNeighbours(data: PageData): PageData {
  const beside = (name: string): string => data.hls.replace(/[^/]*$/, name);
  if (!/\/(?:live|vod|dvr)\/[^/?]+\/[^/?]*\.m3u8(?:\?|$)/.test(data.hls)) return data;
  const query = /\?.*$/.exec(data.hls)?.[0] ?? "";
  const thumbnails = data.thumbnails ?? beside("thumbnails.vtt").replace(/\?.*$/, "") + query;
  if (data.kind === "vod") return { ...data, thumbnails };
  const hls = query === "" ? `${data.hls}?dvr=1` : data.hls;
  return { ...data, hls, thumbnails, events: data.events ?? beside("events") };
}
