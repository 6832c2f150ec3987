import type { ExportWish, SiteOperation } from "@oxbow/site-contract";
import { useAnswers } from "../core/index.ts";

const OLD: readonly SiteOperation[] = ["exports.list", "videos.mine"];

/** For `useChange` of what is done to a file: what is shown of it is what was answered. */
export function useWishDone(onDone?: (wish: ExportWish) => void) {
  const answers = useAnswers();
  return {
    invalidates: OLD,
    onDone: (wish: ExportWish): void => {
      answers.set("exports.get", { params: { wish: wish.id } }, wish);
      onDone?.(wish);
    },
  };
}
