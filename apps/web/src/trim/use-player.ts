import type { OxbowPlayer } from "@oxbow/player/element";
import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import { positionOf, type RecordedSegment, wallOf } from "./recorded-segments.ts";
import type { Recording } from "./recording-media.ts";
import type { Selection } from "./selection.ts";

export type PreviewPlayer = {
  /** Unix milliseconds. */
  readonly playhead: number;
  readonly playing: boolean;
  readonly seek: (wall: number) => void;
  /** Plays a selection from its beginning to its end, over and over with `loop`. */
  readonly playSelection: (selection: Selection, loop: boolean) => void;
  readonly pause: () => void;
};

type Options = {
  readonly recording: Recording;
  readonly timeline: readonly RecordedSegment[];
  readonly language: string;
  readonly getToken: () => Promise<string>;
};

/** The player of a recording, as an editor needs it, by moments of the clock; and where the element is put. */
export function usePlayer({
  recording,
  timeline,
  language,
  getToken,
}: Options): readonly [RefObject<HTMLDivElement | null>, PreviewPlayer] {
  const place = useRef<HTMLDivElement>(null);
  const player = useRef<OxbowPlayer>(undefined);
  const range = useRef<{ readonly selection: Selection; readonly loop: boolean }>(undefined);
  const [playhead, setPlayhead] = useState(Date.parse(recording.from));
  const [playing, setPlaying] = useState(false);
  const source = useMemo(() => sourceOf(recording), [recording]);

  /** Takes over where the player is, and ends at the selection's end. */
  const look = useEffectEvent((element: OxbowPlayer, video: HTMLVideoElement) => {
    const wall = wallOf(timeline, video.currentTime - element.window.start);
    const kept = range.current;
    setPlaying(!video.paused);
    setPlayhead(wall);
    if (kept === undefined || video.paused || wall < kept.selection.to) return;
    if (kept.loop) seekTo(element, timeline, kept.selection.from);
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
      for (const name of ["timeupdate", "seeking", "seeked", "play", "pause"])
        video?.addEventListener(name, () => follow(element, video), { signal });
    };
    open().catch((problem: unknown) => console.warn("The player did not come", problem));
    return () => {
      closed.abort();
      cancelAnimationFrame(frame);
      player.current?.remove();
      player.current = undefined;
    };
  }, [source, language, getToken]);

  const preview: PreviewPlayer = {
    playhead,
    playing,
    seek(wall) {
      range.current = undefined;
      setPlayhead(wall);
      if (player.current !== undefined) seekTo(player.current, timeline, wall);
    },
    playSelection(selection, loop) {
      const element = player.current;
      if (element?.video === undefined) return;
      seekTo(element, timeline, selection.from);
      range.current = { selection, loop };
      element.video.play().catch((refusal: unknown) => console.info("Not started", refusal));
    },
    pause: () => player.current?.video?.pause(),
  };
  return [place, preview];
}

function seekTo(player: OxbowPlayer, timeline: readonly RecordedSegment[], wall: number): void {
  const { video, window } = player;
  if (video === undefined) return;
  const last = Math.max(window.start, window.end - 0.05);
  video.currentTime = Math.min(last, window.start + positionOf(timeline, wall));
}

function sourceOf({ video, playback }: Recording) {
  const { hls, thumbnails, poster } = playback;
  return { id: video.id, kind: "vod", title: video.title, hls, thumbnails, poster } as const;
}
