import {
  type ErrorData,
  ErrorDetails,
  ErrorTypes,
  Events,
  Hls,
  type HlsConfig,
  isSupported,
  type LevelDetails,
  type LoadPolicy,
  type RetryConfig,
} from "hls.js";
import { atEnd, type Source } from "./source.ts";

/** Whether this browser lets scripts feed media: everywhere but on older iPhones. */
export const supported: boolean = isSupported();

/** Errors that a server which restarts, or a playlist that is about to come, also gives. */
function retry(times: number): RetryConfig {
  return {
    maxNumRetry: times,
    // Spread from viewer to viewer, because hls.js itself waits by the clock.
    retryDelayMs: 700 + 600 * Math.random(),
    maxRetryDelayMs: 5000 + 3000 * Math.random(),
    shouldRetry: (config, count, _timeout, response) =>
      config !== null &&
      config !== undefined &&
      count < config.maxNumRetry &&
      // Gone, and not to be asked for again.
      response?.code !== 410 &&
      response?.code !== 403,
  };
}

/** hls.js retries for about half a minute; after that the page begins anew, and never gives up. */
function policy(timeout: number, times: number): LoadPolicy {
  return {
    default: {
      maxTimeToFirstByteMs: timeout,
      maxLoadTimeMs: timeout * 2,
      timeoutRetry: retry(times),
      errorRetry: retry(times),
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
    manifestLoadPolicy: policy(10_000, kind === "live" ? 1 : 4),
    playlistLoadPolicy: policy(10_000, 6),
    fragLoadPolicy: policy(15_000, 6),
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
  const hls = new Hls({ ...settings(kind), startPosition: start });
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
  });
  const onEnded = (): void => {
    // A title can be played again after its end, so that it is never over.
    if (kind === "live" && details?.live === false) end("ended");
  };
  video.addEventListener("ended", onEnded);
  hls.loadSource(url);
  hls.attachMedia(video);

  return {
    facts: () => ({
      playlist: details === undefined ? playlist : details.live ? "open" : "closed",
      silence: (performance.now() - grewAt) / 1000,
      target: details?.targetduration ?? 2,
      atEnd: details?.live === false && atEnd(video),
      unplayable,
    }),
    liveEdgeStart: () => {
      const sync = hls.liveSyncPosition;
      return sync === null ? Number.NaN : sync - 2 * (details?.targetduration ?? 2);
    },
    over,
    close() {
      video.removeEventListener("ended", onEnded);
      hls.destroy();
      end("lost");
    },
  };
}
