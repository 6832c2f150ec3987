import type { PageData } from "./page-data.ts";

/** Attributes of the element that say the same as the member of the page's data. */
const SAME = ["events", "thumbnails", "poster", "recording", "startsat", "heading"] as const;
const MEMBERS: Readonly<Record<string, string>> = { startsat: "startsAt", heading: "title" };

/**
 * What an element is to play by its attributes: `stream` or `asset` of the server at `server` (this
 * page's, where it is left out), or `hls`. Undefined where it names nothing.
 */
export function dataOfAttributes(get: (name: string) => string | null): PageData | undefined {
  const stream = get("stream");
  const asset = get("asset");
  const id = stream ?? asset ?? get("hls");
  if (id === null) return undefined;
  const path = stream === null ? "vod" : "live";
  const hls = `${get("server") ?? ""}/${path}/${encodeURIComponent(id)}/index.m3u8`;
  const given = SAME.flatMap((name) => {
    const value = get(name);
    return value === null ? [] : [[MEMBERS[name] ?? name, value] as const];
  });
  return {
    id,
    kind: asset === null && get("kind") !== "vod" ? "live" : "vod",
    hls: get("hls") ?? hls,
    ...Object.fromEntries(given),
  };
}
