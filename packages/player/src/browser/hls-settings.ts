import type { HlsConfig, LevelDetails, LoadPolicy, RetryConfig } from "hls.js";
import type { Opening } from "./source.ts";

/** What is worth another try: what a server that restarts answers, and live what is about to come. */
function retry({ kind, expired }: Opening, times: number): RetryConfig {
  return {
    maxNumRetry: times,
    // Spread from viewer to viewer, because hls.js itself waits by the clock.
    retryDelayMs: 700 + 600 * Math.random(),
    maxRetryDelayMs: 5000 + 3000 * Math.random(),
    shouldRetry: (config, count, _timeout, response) => {
      if (count >= (config?.maxNumRetry ?? 0)) return false;
      const status = response?.code ?? 0;
      if (status === 401) return expired();
      const refused = status >= 400 && status < 500 && status !== 408;
      return !refused || (kind === "live" && status === 404);
    },
  };
}

/** Seconds of a recording that are loaded before anybody presses play: many never do. */
export const UNPLAYED_BUFFER = 4;
/** Seconds that are loaded ahead at the most, where the bytes are few. */
export const LONGEST_BUFFER = 120;

/** hls.js retries for about half a minute; after that the page begins anew, and never gives up. */
function policy(opening: Opening, timeout: number, times: number): LoadPolicy {
  return {
    default: {
      maxTimeToFirstByteMs: timeout,
      maxLoadTimeMs: timeout * 2,
      timeoutRetry: retry(opening, times),
      errorRetry: retry(opening, times),
    },
  };
}

/** The settings of hls.js for a source. */
export function settings(opening: Opening): Partial<HlsConfig> {
  const { kind, start, fresh } = opening;
  return {
    startPosition: start,
    // fMP4 needs no work before it is appended, and a worker would need a looser policy for scripts.
    enableWorker: false,
    lowLatencyMode: true,
    // More distance after a stall is `stalled`'s to say, because this one is never given back.
    liveSyncOnStallIncrease: 0,
    // A jump to the edge is the viewer's to ask for; and `catchUpRate` also knows small buffers.
    maxLiveSyncPlaybackRate: 1,
    backBufferLength: kind === "live" ? 30 : 60,
    maxBufferLength: 30,
    maxMaxBufferLength: LONGEST_BUFFER,
    maxBufferSize: 30_000_000,
    manifestLoadPolicy: policy(opening, 10_000, kind === "live" ? 1 : 4),
    playlistLoadPolicy: policy(opening, 10_000, 6),
    fragLoadPolicy: policy(opening, 15_000, 6),
    xhrSetup: (xhr, url) => {
      const now = fresh(url);
      // hls.js opens the request itself unless that was done here.
      if (now !== url) xhr.open("GET", now, true);
    },
  };
}

/** How far from the live edge an ordinary stream is played, in target durations. */
const ORDINARY_TARGETS = 2.25;

/**
 * The distance from the live edge to hold, in seconds. In low latency the server says it
 * (PART-HOLD-BACK, rfc8216bis §4.4.3.8), at least three parts. Otherwise HOLD-BACK, three targets by
 * the standard, is more than is needed where each segment is there when the playlist tells it.
 */
export function wantedLatency(details: LevelDetails): number {
  const { partTarget, partHoldBack, targetduration } = details;
  if (partTarget > 0 && partHoldBack > 0) return Math.max(partHoldBack, 3 * partTarget);
  return ORDINARY_TARGETS * targetduration;
}
