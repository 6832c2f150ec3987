import type { Millis } from "@oxbow/media";

/**
 * Path of a media file under the archive's root: `{stream}/{yyyy-mm-dd}/{start-ms}-{rendition}.mp4`,
 * the day in UTC. `attempt` above 1 tells apart files that begin in the same millisecond.
 */
export function stretchPath(
  stream: string,
  from: Millis,
  rendition: string,
  attempt: number,
): string {
  const day = new Date(from).toISOString().slice(0, 10);
  const again = attempt === 1 ? "" : `-${attempt}`;
  return `${safe(stream)}/${day}/${from}-${safe(rendition)}${again}.mp4`;
}

/** Where the index of a media file stands. */
export function indexPath(media: string): string {
  return media.replace(/\.mp4$/, ".index");
}

/** Ids and rendition names have no such characters; a path must not depend on that. */
function safe(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, "_");
}
