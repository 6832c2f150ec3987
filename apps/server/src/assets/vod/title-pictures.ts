import { shownSize } from "@oxbow/hls";
import { type Millis, millis } from "@oxbow/media";
import { keyPictures, PACKAGING } from "./playlists.ts";
import { shownAt, type Title } from "./title.ts";

/** A picture of a title that decodes alone. */
export type TitlePicture = {
  /** Since the beginning of what is shown. */
  readonly at: Millis;
  /** Below the asset; `vodRoute` gives its bytes. */
  readonly path: string;
};

/** The pictures of a title's first track of them, in order. */
export type TitlePictures = {
  readonly size: { readonly width: number; readonly height: number };
  /** Path of their initialization section. */
  readonly init: string;
  readonly pictures: readonly TitlePicture[];
  readonly duration: Millis;
};

/** The pictures that decode alone; undefined where the title is sound alone. */
export function titlePictures({ tracks, duration }: Title): TitlePictures | undefined {
  const track = tracks.find((each) => each.track.config.kind === "video");
  if (track?.track.config.kind !== "video") return undefined;
  const { samples, number } = track;
  const folder = `${PACKAGING}/${number}`;
  const ms = 1000 / track.track.timescale;
  return {
    size: shownSize(track.track.config),
    init: `${folder}/init.mp4`,
    pictures: keyPictures(track).map(({ sample }) => ({
      at: millis(Math.max(0, shownAt(samples, sample) - samples.shownFrom) * ms),
      path: `${folder}/${sample}.iframe.m4s`,
    })),
    duration: millis(duration * 1000),
  };
}
