import { atEnd, type Source } from "./source.ts";

/** Lets the browser play by itself, where scripts may not feed media. */
export function openNative(video: HTMLVideoElement, url: string): Source {
  let unplayable = false;
  let progressed = performance.now();
  const { promise: over, resolve: end } = Promise.withResolvers<"ended" | "lost">();
  const listening = new AbortController();
  const { signal } = listening;
  video.addEventListener("ended", () => end("ended"), { signal });
  video.addEventListener("progress", () => (progressed = performance.now()), { signal });
  video.addEventListener(
    "error",
    () => {
      unplayable = video.error?.code === MediaError.MEDIA_ERR_DECODE;
      end("lost");
    },
    { signal },
  );
  video.src = url;
  return {
    facts: () => ({
      playlist:
        video.readyState === 0 ? "unknown" : video.duration === Infinity ? "open" : "closed",
      silence: (performance.now() - progressed) / 1000,
      target: 2,
      atEnd: Number.isFinite(video.duration) && atEnd(video, video.duration),
      unplayable,
    }),
    liveEdgeStart: () =>
      video.seekable.length === 0 ? Number.NaN : video.seekable.end(video.seekable.length - 1) - 10,
    over,
    close() {
      listening.abort();
      video.removeAttribute("src");
      video.load();
      end("lost");
    },
  };
}
