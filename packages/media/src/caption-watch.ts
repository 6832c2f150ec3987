import {
  CAPTION_ROOM,
  type CaptionService,
  captionBits,
  captionServices,
  nalFormOf,
} from "./closed-captions.ts";
import type { Track } from "./track.ts";

/** Pictures without any room for captions for so long: there are none. */
const NONE_AFTER_SECONDS = 10;

/** Looks for captions in the pictures of one track, in decode order. */
export interface CaptionWatch {
  /** Whether `services` is another list now. Cheap: to be called for every picture. */
  picture(sample: Uint8Array, dts: number): boolean;
  /** Those that were written to, ever; empty where there are none; undefined while that is not known. */
  readonly services: readonly CaptionService[] | undefined;
}

/** Codecs that carry none are known from the beginning. */
export function watchCaptions({ config, timescale }: Track): CaptionWatch {
  const form = config.kind === "video" ? nalFormOf(config) : undefined;
  if (form === undefined) return { picture: () => false, services: [] };
  const wait = NONE_AFTER_SECONDS * timescale;
  let services: readonly CaptionService[] | undefined;
  let found = 0;
  let first: number | undefined;
  return {
    get services() {
      return services;
    },
    picture(sample, dts) {
      const before = found;
      found |= captionBits(sample, form);
      if (found !== before) {
        const written = captionServices(found);
        const known = written.length > 0 ? written : undefined;
        const told = services?.length !== known?.length;
        services = known;
        return told;
      }
      first ??= dts;
      if (services !== undefined || (found & CAPTION_ROOM) !== 0 || dts - first < wait)
        return false;
      services = [];
      return true;
    },
  };
}
