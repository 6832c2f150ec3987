import { useMemo, useState, useSyncExternalStore } from "react";
import { KeyframeReader } from "./keyframe-reader.ts";
import { hasTrack, ofRange, type Recording } from "./recording-media.ts";
import type { View } from "./view.ts";

/** Where a copy can begin, as far as somebody has looked. */
export type Keyframes = {
  readonly want: (view: View, whole: View, wall: number) => void;
  readonly near: (wall: number) => number | undefined;
  readonly next: (wall: number, direction: 1 | -1) => number | undefined;
  readonly before: (wall: number) => number | undefined;
  /** Another number when more is known. */
  readonly version: number;
};

/** @param fresh an address with the token that is valid now */
export function useKeyframes(recording: Recording, fresh: (url: string) => string): Keyframes {
  const [reader] = useState(() => {
    const { iframes } = recording.playback;
    // Sound alone has none: each of its frames can be a beginning.
    if (!hasTrack(recording, "video")) return new KeyframeReader(undefined);
    return new KeyframeReader((range) => fresh(ofRange(iframes, "iframes.m3u8", range)));
  });
  const version = useSyncExternalStore(reader.subscribe, reader.version);
  const asked = useMemo(
    (): Omit<Keyframes, "version"> => ({
      want: (view, whole, wall) => reader.want(view, whole, wall),
      near: (wall) => reader.near(wall),
      next: (wall, direction) => reader.next(wall, direction),
      before: (wall) => reader.before(wall),
    }),
    [reader],
  );
  return { ...asked, version };
}
