import { SiteFault, siteErrors } from "@oxbow/site-contract";
import type { PlainRoute } from "../http/index.ts";
import { posterBytes } from "../videos/index.ts";
import { nobody, type PageParts } from "./page-parts.ts";

/**
 * The picture of a video that everybody may watch, at an address that stays: where the media server has
 * it, and the token for it, change.
 */
export function posterRoute({ calls }: PageParts): PlainRoute {
  return {
    path: "/videos/:video/poster.jpg",
    answer: async ({ params, address }) => {
      const type = "text/plain; charset=utf-8";
      try {
        const { player } = await calls["videos.playback"]({
          params: { video: params["video"] ?? "" },
          query: undefined,
          body: undefined,
          caller: nobody(address),
        });
        if (player?.poster === undefined) return { status: 404, type, body: "No picture\n" };
        const location = player.poster;
        const headers = { location, "cache-control": "public, max-age=60" };
        return { status: 302, type, body: "", headers };
      } catch (error) {
        if (!(error instanceof SiteFault)) throw error;
        return { status: siteErrors[error.code], type, body: "No picture\n" };
      }
    },
  };
}

/** A picture that an owner chose. Its address is told to those who may watch, and another picture has another. */
export function ownPosterRoute({ store }: PageParts): PlainRoute {
  return {
    path: "/posters/:poster.jpg",
    answer: async ({ params }) => {
      const jpeg = await posterBytes(store.db, params["poster"] ?? "");
      if (jpeg === undefined) {
        return { status: 404, type: "text/plain; charset=utf-8", body: "No picture\n" };
      }
      // A private video's address is nothing for caches of others.
      const headers = { "cache-control": "private, max-age=31536000, immutable" };
      return { status: 200, type: "image/jpeg", body: jpeg, headers };
    },
  };
}
