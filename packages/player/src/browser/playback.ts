import { backoff } from "../backoff.ts";
import type { PageData } from "../page-data.ts";
import { type Facts, type PlaybackState, step } from "../playback-state.ts";
import { probe } from "./probe.ts";
import type { Source } from "./source.ts";

/** How often what is seen is looked at, in milliseconds, besides the element's own events. */
const TICK = 500;
/** The longest wait for the next broadcast on a page that showed the end of the last one. */
const NEXT_BROADCAST = 15_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function open(video: HTMLVideoElement, data: PageData, start: number): Promise<Source> {
  const { openHls, supported } = await import("./hls-source.ts");
  if (supported) return openHls(video, data.hls, data.kind, start);
  const { openNative } = await import("./native-source.ts");
  return openNative(video, data.hls);
}

export type Playback = {
  liveEdgeStart(): number;
  close(): void;
};

/**
 * Plays what the page is about, for ever: waits for a broadcast that has not begun, goes on after a
 * loss, begins again with the next broadcast. Tells each change of what the viewer should be told.
 */
export function play(
  video: HTMLVideoElement,
  data: PageData,
  tell: (state: PlaybackState) => void,
): Playback {
  let state: PlaybackState = { at: "loading" };
  let source: Source | undefined;
  /** Whether the source has given all that it had; its last picture may still be seen. */
  let over = false;
  let found: Facts["playlist"] = "unknown";
  const lifetime = new AbortController();

  /** When there was something to show last. */
  let wetAt = -Infinity;

  const look = (): void => {
    const now = performance.now();
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) wetAt = now;
    const seen = over ? undefined : source?.facts();
    const next = step(state, {
      kind: data.kind,
      dry: (now - wetAt) / 1000,
      silence: 0,
      target: 2,
      atEnd: false,
      unplayable: false,
      ...seen,
      // What was asked for is known before the player itself has read it.
      playlist: seen === undefined || seen.playlist === "unknown" ? found : seen.playlist,
    });
    if (JSON.stringify(next) === JSON.stringify(state)) return;
    state = next;
    tell(state);
  };

  /** Plays one source until it is over. */
  const playOnce = async (start: number): Promise<"ended" | "lost"> => {
    source?.close();
    source = await open(video, data, start);
    over = false;
    if (lifetime.signal.aborted) source.close();
    if (data.kind === "live") void startLoud(video);
    const how = await source.over;
    look();
    over = true;
    found = how === "ended" ? "closed" : "unknown";
    return how;
  };

  const live = async (): Promise<void> => {
    let attempt = 0;
    while (!lifetime.signal.aborted) {
      found = await probe(data.hls);
      look();
      if (found === "open") {
        attempt = 0;
        await playOnce(-1);
      }
      const longest = state.at === "ended" ? NEXT_BROADCAST : undefined;
      await wait(backoff(attempt++, Math.random(), longest));
    }
  };

  const vod = async (): Promise<void> => {
    for (let attempt = 0; !lifetime.signal.aborted; attempt++) {
      // After a loss it goes on where it was.
      if ((await playOnce(video.currentTime > 0 ? video.currentTime : -1)) === "ended") return;
      if (state.at === "failed") return;
      await wait(backoff(attempt, Math.random()));
    }
  };

  const timer = setInterval(look, TICK);
  for (const name of ["playing", "waiting", "ended", "loadeddata", "emptied"]) {
    video.addEventListener(name, look, { signal: lifetime.signal });
  }
  void (data.kind === "live" ? live() : vod());

  return {
    liveEdgeStart: () => source?.liveEdgeStart() ?? Number.NaN,
    close() {
      lifetime.abort();
      clearInterval(timer);
      source?.close();
    },
  };
}

/** Starts with sound where the browser allows it, else without. */
async function startLoud(video: HTMLVideoElement): Promise<void> {
  try {
    await video.play();
  } catch (problem) {
    if (!(problem instanceof DOMException) || problem.name !== "NotAllowedError") return;
    video.muted = true;
    // Where even this is not allowed, the play button is what is left.
    await video.play().catch((refusal: unknown) => console.info("Not started", refusal));
  }
}
