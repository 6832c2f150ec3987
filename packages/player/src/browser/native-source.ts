import { atEnd, type Opening, type Source } from "./source.ts";

/** Lets the browser play by itself, where scripts may not feed media. */
export function openNative(video: HTMLVideoElement, opening: Opening): Source {
  let unplayable = false;
  let progressed = performance.now();
  const { promise: over, resolve: end } = Promise.withResolvers<void>();
  const listening = new AbortController();
  const { signal } = listening;
  video.addEventListener("progress", () => (progressed = performance.now()), { signal });
  video.addEventListener(
    "error",
    () => {
      unplayable = video.error?.code === MediaError.MEDIA_ERR_DECODE;
      end();
    },
    { signal },
  );
  video.addEventListener(
    "loadedmetadata",
    () => {
      if (opening.start >= 0) video.currentTime = opening.start;
    },
    { signal, once: true },
  );
  video.src = opening.fresh(opening.url);
  const window = () =>
    video.seekable.length === 0
      ? { start: 0, end: 0 }
      : { start: video.seekable.start(0), end: video.seekable.end(video.seekable.length - 1) };
  /** Safari's own extension: the wall clock of the element's zero. */
  const zero = (): number => {
    const date: unknown =
      "getStartDate" in video && typeof video.getStartDate === "function"
        ? video.getStartDate()
        : undefined;
    return date instanceof Date ? date.getTime() : Number.NaN;
  };
  return {
    facts: () => ({
      playlist:
        video.readyState === 0 ? "unknown" : video.duration === Infinity ? "open" : "closed",
      silence: (performance.now() - progressed) / 1000,
      target: 2,
      atEnd: Number.isFinite(video.duration) && atEnd(video, video.duration),
      unplayable,
      behind: opening.kind === "live" && window().end - video.currentTime > 10,
      access: "granted",
    }),
    window,
    wallClock: (time) => (Number.isNaN(zero()) ? undefined : zero() + time * 1000),
    timeOf: (wallClock) => (Number.isNaN(zero()) ? undefined : (wallClock - zero()) / 1000),
    markers: () => [],
    qualities: () => [],
    quality: () => ({ chosen: -1, actual: "" }),
    chooseQuality: () => {},
    audios: () => [],
    audio: () => -1,
    chooseAudio: () => {},
    figures: () => ({}),
    retry: () => video.load(),
    over,
    close() {
      listening.abort();
      video.removeAttribute("src");
      video.load();
      end();
    },
  };
}
