import HlsPlayer, {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  Events,
  type HlsConfig,
  type LevelDetails,
  type LoadPolicy,
  type RetryConfig,
} from "hls.js";
import { atEnd, type Source } from "./source.ts";

/** Whether this browser lets scripts feed media: everywhere but on older iPhones. */
// oxlint-disable-next-line import/no-named-as-default-member -- its types have no such export
export const supported: boolean = HlsPlayer.isSupported();

/** What is worth another try: what a server that restarts answers, and live what is about to come. */
function retry(kind: "live" | "vod", times: number): RetryConfig {
  return {
    maxNumRetry: times,
    // Spread from viewer to viewer, because hls.js itself waits by the clock.
    retryDelayMs: 700 + 600 * Math.random(),
    maxRetryDelayMs: 5000 + 3000 * Math.random(),
    shouldRetry: (config, count, _timeout, response) => {
      if (count >= (config?.maxNumRetry ?? 0)) return false;
      const status = response?.code ?? 0;
      const refused = status >= 400 && status < 500 && status !== 408 && status !== 429;
      return !refused || (kind === "live" && status === 404);
    },
  };
}

/** hls.js retries for about half a minute; after that the page begins anew, and never gives up. */
function policy(kind: "live" | "vod", timeout: number, times: number): LoadPolicy {
  return {
    default: {
      maxTimeToFirstByteMs: timeout,
      maxLoadTimeMs: timeout * 2,
      timeoutRetry: retry(kind, times),
      errorRetry: retry(kind, times),
    },
  };
}

function settings(kind: "live" | "vod"): Partial<HlsConfig> {
  return {
    // fMP4 needs no work before it is appended, and a worker would need a looser policy for scripts.
    enableWorker: false,
    liveSyncDurationCount: 3,
    liveMaxLatencyDurationCount: 10,
    // A viewer who fell behind by a stall catches up without a jump.
    maxLiveSyncPlaybackRate: 1.05,
    backBufferLength: kind === "live" ? 30 : 60,
    maxBufferLength: 30,
    manifestLoadPolicy: policy(kind, 10_000, kind === "live" ? 1 : 4),
    playlistLoadPolicy: policy(kind, 10_000, 6),
    fragLoadPolicy: policy(kind, 15_000, 6),
  };
}

/** How often a decoder's error is mended by beginning anew, before it counts as not playable. */
const REPAIRS = 3;

/**
 * Plays a playlist by script.
 *
 * @param start seconds on the playlist's timeline; live begins at the edge
 */
export function openHls(
  video: HTMLVideoElement,
  url: string,
  kind: "live" | "vod",
  start: number,
): Source {
  const hls = new HlsPlayer({ ...settings(kind), startPosition: start });
  let details: LevelDetails | undefined;
  let playlist: "unknown" | "missing" = "unknown";
  let newest = -1;
  let grewAt = performance.now();
  let repairs = 0;
  let unplayable = false;
  const { promise: over, resolve: end } = Promise.withResolvers<"ended" | "lost">();

  const onError = (_event: string, data: ErrorData): void => {
    if (!data.fatal) return;
    if (data.type === ErrorTypes.MEDIA_ERROR) {
      repairs += 1;
      if (repairs <= REPAIRS && data.details !== ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR) {
        hls.recoverMediaError();
        return;
      }
      unplayable = true;
    }
    const status = data.response?.code;
    if (details === undefined && (status === 404 || status === 410)) playlist = "missing";
    end("lost");
  };
  hls.on(Events.ERROR, onError);
  hls.on(Events.LEVEL_UPDATED, (_event, data) => {
    details = data.details;
    const media = details.fragments.findLast((fragment) => fragment.gap !== true);
    if (media !== undefined && typeof media.sn === "number" && media.sn > newest) {
      newest = media.sn;
      grewAt = performance.now();
    }
    // The playlist closed after the viewer had seen everything.
    if (kind === "live" && isAtEnd()) end("ended");
  });
  // The end of the media: a playlist that is closed may go on with gaps, where no media came.
  const isAtEnd = (): boolean => {
    if (details === undefined || details.live) return false;
    const last = details.fragments.findLast((fragment) => fragment.gap !== true);
    return last !== undefined && atEnd(video, last.end);
  };
  const listening = new AbortController();
  for (const name of ["ended", "waiting", "timeupdate"]) {
    video.addEventListener(
      name,
      () => {
        // A title can be played again after its end, so that it is never over.
        if (kind === "live" && isAtEnd()) end("ended");
      },
      { signal: listening.signal },
    );
  }
  hls.loadSource(url);
  hls.attachMedia(video);

  return {
    facts: () => ({
      playlist: details === undefined ? playlist : details.live ? "open" : "closed",
      silence: (performance.now() - grewAt) / 1000,
      target: details?.targetduration ?? 2,
      atEnd: isAtEnd(),
      unplayable,
    }),
    liveEdgeStart: () => {
      const sync = hls.liveSyncPosition;
      return sync === null ? Number.NaN : sync - 2 * (details?.targetduration ?? 2);
    },
    over,
    close() {
      listening.abort();
      hls.destroy();
      end("lost");
    },
  };
}
