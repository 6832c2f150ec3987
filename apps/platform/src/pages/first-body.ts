import type { VideoPage } from "@oxbow/site-contract";
import { escape } from "./escape.ts";

/**
 * What a watch page shows until its script has made it: the picture and the title where they will stand,
 * in the names of the site's own styles (`{folder}_{file}_{name}`).
 */
export function watchBody({ video, playback }: VideoPage): string {
  const badges = hasBadges(video) ? `<div class="ui_badge_badge">&nbsp;</div>` : "";
  return [
    `<div class="${named("page")}${video.chat ? ` ${named("withChat")}` : ""}">`,
    `<div class="${named("main")}">`,
    `<div class="${named("stage")}">${picture(posterOf(video, playback), named("poster"))}</div>`,
    `<header class="${named("head")}">`,
    `<div class="${named("badges")}">${badges}</div>`,
    `<h1>${escape(video.title)}</h1>`,
    "</header>",
    "</div>",
    ...(video.chat ? [`<div class="${named("chat")}"></div>`] : []),
    "</div>",
  ].join("");
}

/** What is not on air yet has no picture but its owner's. */
const posterOf = (video: VideoPage["video"], playback: VideoPage["playback"]): string | undefined =>
  playback.player?.poster ?? (video.ownPoster ? video.poster : null) ?? undefined;

/** What the player page for other sites shows until its player stands. */
export const embedBody = ({ playback }: VideoPage): string =>
  picture(playback.player?.poster, "poster");

const named = (name: string): string => `watch_watch-page_${name}`;

/** As the page's script will see it; what it says depends on the language. */
const hasBadges = ({ state, source, kind, visibility }: VideoPage["video"]): boolean =>
  state !== "ended" || (source === "none" && kind === "broadcast") || visibility !== "public";

const picture = (url: string | undefined, name: string): string =>
  url === undefined
    ? ""
    : `<img class="${name}" src="${escape(url)}" alt="" width="1280" height="720" fetchpriority="high">`;
