import {
  type CaptionService,
  captionBits,
  captionServices,
  type NalForm,
  nalFormOf,
} from "./closed-captions.ts";
import type { Frame, Track } from "./track.ts";

/** Pictures without any room for captions for so long: there are none. */
const NONE_AFTER_SECONDS = 10;

/** Looks for captions in the pictures of a broadcast, as they come. */
export interface CaptionFollower {
  /** Frames of these tracks follow; of several pictures, the first track is looked at. */
  begin(tracks: readonly Track[]): void;
  /** Cheap: to be called for every frame, in decode order. */
  frame(frame: Frame): void;
}

/**
 * @param told is called when more is known: with the services that were written to, ever, or with none where
 * there is no room for any. Nothing is told of pictures with room in which nothing is written.
 */
export function followCaptions(
  told: (services: readonly CaptionService[]) => void,
): CaptionFollower {
  let found = 0;
  let isNone = false;
  let picture: { readonly id: number; readonly form: NalForm; readonly wait: number } | undefined;
  let first: number | undefined;
  const none = (): void => {
    if (found !== 0 || isNone) return;
    isNone = true;
    told([]);
  };
  return {
    begin(tracks) {
      first = undefined;
      picture = undefined;
      const track = tracks.find(({ config }) => config.kind === "video");
      const form = track?.config.kind === "video" ? nalFormOf(track.config) : undefined;
      if (track === undefined) none();
      // Other codecs may carry captions too, in forms that nobody looks for here.
      else if (form !== undefined) {
        picture = { id: track.id, form, wait: NONE_AFTER_SECONDS * track.timescale };
      }
    },
    frame({ track, dts, data }) {
      if (picture === undefined || track !== picture.id) return;
      const bits = captionBits(data, picture.form);
      if ((bits | found) !== found) {
        found |= bits;
        const services = captionServices(found);
        if (services.length > 0) told(services);
        return;
      }
      first ??= dts;
      if (dts - first >= picture.wait) none();
    },
  };
}
