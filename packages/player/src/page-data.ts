/** What the server tells the page's script. */
export type PageData = {
  /** Stream or asset. */
  readonly id: string;
  readonly kind: "live" | "vod";
  /** The HLS multivariant playlist. */
  readonly hls: string;
  /** A file for browsers that play neither by script nor by themselves. */
  readonly mp4?: string;
  /** HLS of the last broadcast's recording, offered when the transmission has ended. */
  readonly recording?: string;
};

/** Where the data stands in the page. */
export const PAGE_DATA_ID = "oxbow-data";

/** Reads the data out of the page's own text; undefined if it is not there or not as it should be. */
export function readPageData(text: string): PageData | undefined {
  const data: unknown = JSON.parse(text);
  if (typeof data !== "object" || data === null) return undefined;
  if (!("id" in data) || typeof data.id !== "string") return undefined;
  if (!("hls" in data) || typeof data.hls !== "string") return undefined;
  if (!("kind" in data) || (data.kind !== "live" && data.kind !== "vod")) return undefined;
  const { id, hls, kind } = data;
  return {
    id,
    kind,
    hls,
    ...("mp4" in data && typeof data.mp4 === "string" ? { mp4: data.mp4 } : {}),
    ...("recording" in data && typeof data.recording === "string"
      ? { recording: data.recording }
      : {}),
  };
}
