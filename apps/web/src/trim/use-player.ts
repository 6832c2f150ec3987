import type { OxbowPlayer } from "@oxbow/player/element";
import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { hasTrack, type Recording } from "./recording-media.ts";
import type { Selection } from "./selection.ts";

export type PreviewPlayer = {
  /** Unix milliseconds: where the picture that is shown begins. */
  readonly playhead: number;
  readonly playing: boolean;
  readonly seek: (wall: number) => void;
  /** Plays a selection from its beginning to its end, over and over with `loop`. */
  readonly playSelection: (selection: Selection, loop: boolean) => void;
  readonly pause: () => void;
};

type Options = {
  readonly recording: Recording;
  readonly pictureMs: number;
  readonly language: string;
  readonly getToken: () => Promise<string>;
};

/** Of a picture: so much after its beginning it is the one that is shown, whatever was rounded. */
const INSIDE = 0.4;

/** How often a picture is aimed at again that was missed. */
const MOST_AIMS = 2;

/** The player of a recording, as an editor needs it, by moments of the clock; and where the element is put. */
export function usePlayer({
  recording,
  pictureMs,
  language,
  getToken,
}: Options): readonly [RefObject<HTMLDivElement | null>, PreviewPlayer] {
  const place = useRef<HTMLDivElement>(null);
  const player = useRef<OxbowPlayer>(undefined);
  const range = useRef<{ readonly selection: Selection; readonly loop: boolean }>(undefined);
  /** Where it was sent to, while it is on the way, or not open yet. */
  const target = useRef<number>(undefined);
  const aims = useRef(0);
  /** Where the playhead was before it was sent on. */
  const cameFrom = useRef(0);
  const first = Date.parse(recording.from);
  const [playhead, setPlayhead] = useState(first);
  const [playing, setPlaying] = useState(false);
  const source = useMemo(() => sourceOf(recording), [recording]);
  const inside = pictureMs * INSIDE;

  /** What was asked for before it was open; else the first picture, which may come after time 0. */
  const opened = useEffectEvent((element: OxbowPlayer, video: HTMLVideoElement) => {
    const wall = target.current ?? first;
    target.current = wall;
    element.seekTo({ wallClock: wall + inside });
    const begins = video.buffered.length === 0 ? 0 : video.buffered.start(0);
    if (wall === first && video.currentTime < begins) video.currentTime = begins + inside / 1000;
  });

  /** Takes over where the player is, and ends at the selection's end. */
  const look = useEffectEvent((element: OxbowPlayer, video: HTMLVideoElement, shown?: number) => {
    setPlaying(!video.paused);
    const wall = wallAt(element, video, shown ?? video.currentTime);
    if (wall === undefined) return;
    if (video.paused) {
      if (video.seeking) return;
      const wanted = target.current;
      // The picture that was asked for, by another rounding; of sound alone nothing says where it is.
      const reach = shown === undefined ? inside + 1 : 2;
      const isThere = wanted !== undefined && Math.abs(wall - wanted) < reach;
      // Where a segment stands is known to the picture when it is there: it was aimed at before.
      const isOff = shown !== undefined && wanted !== undefined && !isThere;
      if (isOff && Math.abs(wall - wanted) >= pictureMs * 0.9 && aims.current < MOST_AIMS) {
        aims.current += 1;
        element.seekTo({ wallClock: wanted + inside });
        return;
      }
      // After the last picture there is none that could be shown.
      const isLast = video.currentTime > element.window.end - (1.5 * pictureMs) / 1000;
      // A picture that lasts longer than others is gone through, and is no place to be held at.
      const isSame =
        wanted !== undefined && wanted > cameFrom.current && wall < cameFrom.current + 2;
      const keeps = isThere || isSame || (isLast && wanted !== undefined && wanted > wall);
      const at = keeps ? wanted : Math.floor(wall + 0.05);
      if (shown !== undefined) target.current = at;
      setPlayhead(at);
      return;
    }
    target.current = undefined;
    setPlayhead(wall);
    const kept = range.current;
    if (kept === undefined || wall < kept.selection.to) return;
    if (kept.loop) element.seekTo({ wallClock: kept.selection.from + inside });
    else {
      video.pause();
      range.current = undefined;
    }
  });

  useEffect(() => {
    const closed = new AbortController();
    const { signal } = closed;
    let frame = 0;
    const follow = (element: OxbowPlayer, video: HTMLVideoElement): void => {
      look(element, video);
      cancelAnimationFrame(frame);
      if (!video.paused) frame = requestAnimationFrame(() => follow(element, video));
    };
    const open = async (): Promise<void> => {
      await import("@oxbow/player/element");
      const parent = place.current;
      if (signal.aborted || parent === null) return;
      const element = document.createElement("oxbow-player");
      element.lang = language;
      element.getToken = getToken;
      element.src = source;
      parent.replaceChildren(element);
      player.current = element;
      const { video } = element;
      if (video === undefined) return;
      for (const name of ["timeupdate", "seeking", "seeked", "play", "pause"])
        video.addEventListener(name, () => follow(element, video), { signal });
      video.addEventListener("loadeddata", () => opened(element, video), { signal });
      watchPictures(video, signal, (shown) => look(element, video, shown));
    };
    open().catch((problem: unknown) => console.warn("The player did not come", problem));
    return () => {
      closed.abort();
      cancelAnimationFrame(frame);
      player.current?.remove();
      player.current = undefined;
    };
  }, [source, language, getToken]);

  const seek = (wall: number): void => {
    range.current = undefined;
    aims.current = 0;
    cameFrom.current = playhead;
    setPlayhead(wall);
    target.current = wall;
    const element = player.current;
    if (element !== undefined && element.window.end > 0)
      element.seekTo({ wallClock: wall + inside });
  };
  const preview: PreviewPlayer = {
    playhead,
    playing,
    seek,
    playSelection(selection, loop) {
      seek(selection.from);
      const video = player.current?.video;
      if (video === undefined) return;
      range.current = { selection, loop };
      video.play().catch((refusal: unknown) => console.info("Not started", refusal));
    },
    pause: () => player.current?.video?.pause(),
  };
  return [place, preview];
}

/** Tells the time of each picture when it is shown, until told to stop. */
function watchPictures(
  video: HTMLVideoElement,
  signal: AbortSignal,
  tell: (mediaTime: number) => void,
): void {
  const next = (): number =>
    video.requestVideoFrameCallback((_now, { mediaTime }) => {
      if (signal.aborted) return;
      tell(mediaTime);
      next();
    });
  next();
}

/** The wall clock at a time of the player; undefined while it does not know. */
function wallAt(player: OxbowPlayer, video: HTMLVideoElement, time: number): number | undefined {
  const clock = player.wallClock;
  return clock === undefined ? undefined : clock + (time - video.currentTime) * 1000;
}

function sourceOf(recording: Recording) {
  const { video, playback } = recording;
  const { hls, thumbnails, poster } = playback;
  const what = { id: video.id, kind: "vod", title: video.title, hls } as const;
  // Of sound alone there is no picture, and what was on air before it has another.
  return hasTrack(recording, "video") ? { ...what, thumbnails, poster } : what;
}
