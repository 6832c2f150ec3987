import type { healthIssueCodes } from "@oxbow/contract";
import { type Frame, type Millis, type Track, VIDEO_TRACK } from "@oxbow/media";

/** Seconds over which rates are told. */
const WINDOW = 10;

/** What a session's media looks like now. Rates are over the last ten seconds. */
export type SessionHealth = {
  /** Bits for a second, over the wire. */
  readonly bitrate: number;
  readonly fps: number;
  /** Seconds between the last two keyframes; null until there were two. */
  readonly keyframeInterval: number | null;
  /** Media time less wall-clock time since the first frame, in milliseconds. */
  readonly drift: number;
  readonly issues: readonly HealthIssue[];
};

export type HealthIssue = {
  readonly code: (typeof healthIssueCodes)[number];
  readonly severity: "warning" | "error";
  readonly params: Readonly<Record<string, number>>;
};

/** Counts what one encoder sends, in a ring of one-second slots: nothing is kept for a frame. */
export class SessionMeter {
  readonly #bytes = new Float64Array(WINDOW + 1);
  readonly #pictures = new Float64Array(WINDOW + 1);
  #second = 0;
  #began = 0;
  #firstMs = Number.NaN;
  #lastMs = Number.NaN;
  #lastKey = Number.NaN;
  #keyframeInterval: number | null = null;
  #total = 0;

  get bytes(): number {
    return this.#total;
  }

  received(bytes: number, now: Millis): void {
    this.#turn(now);
    this.#total += bytes;
    this.#add(this.#bytes, bytes);
  }

  frame(frame: Frame, timescale: number, now: Millis): void {
    this.#turn(now);
    const ms = (frame.dts / timescale) * 1000;
    if (Number.isNaN(this.#firstMs)) {
      this.#firstMs = ms;
      this.#began = now;
    }
    this.#lastMs = ms;
    if (frame.track !== VIDEO_TRACK) return;
    this.#add(this.#pictures, 1);
    if (!frame.key) return;
    if (!Number.isNaN(this.#lastKey)) this.#keyframeInterval = (ms - this.#lastKey) / 1000;
    this.#lastKey = ms;
  }

  health(tracks: readonly Track[], now: Millis): SessionHealth {
    this.#turn(now);
    const since = this.#began === 0 ? 0 : (now - this.#began) / 1000;
    const seconds = Math.min(WINDOW, Math.max(1, since));
    const drift = since === 0 ? 0 : Math.round(this.#lastMs - this.#firstMs - since * 1000);
    const bitrate = Math.round((sum(this.#bytes) * 8) / seconds);
    const fps = Math.round((sum(this.#pictures) / seconds) * 10) / 10;
    const issues = [
      ...missing(tracks, since),
      ...pace(drift, since),
      ...gop(this.#keyframeInterval),
    ];
    return { bitrate, fps, keyframeInterval: this.#keyframeInterval, drift, issues };
  }

  #add(ring: Float64Array, amount: number): void {
    const slot = this.#second % ring.length;
    ring[slot] = (ring[slot] ?? 0) + amount;
  }

  #turn(now: Millis): void {
    const second = Math.floor(now / 1000);
    const steps = Math.min(second - this.#second, WINDOW + 1);
    for (let back = 0; back < steps; back++) {
      this.#bytes[(second - back) % this.#bytes.length] = 0;
      this.#pictures[(second - back) % this.#pictures.length] = 0;
    }
    if (steps > 0) this.#second = second;
  }
}

function sum(ring: Float64Array): number {
  return ring.reduce((total, value) => total + value, 0);
}

function missing(tracks: readonly Track[], since: number): readonly HealthIssue[] {
  if (since < 3) return [];
  const kinds = new Set(tracks.map((track) => track.config.kind));
  const issues: HealthIssue[] = [];
  if (!kinds.has("video")) issues.push({ code: "noVideo", severity: "warning", params: {} });
  if (!kinds.has("audio")) issues.push({ code: "noAudio", severity: "warning", params: {} });
  return issues;
}

function pace(drift: number, since: number): readonly HealthIssue[] {
  const behind = -drift / 1000;
  if (since >= 5 && behind > 0.05 * since && behind > 1) {
    return [{ code: "starved", severity: "error", params: { seconds: behind } }];
  }
  if (since >= 5 && drift / 1000 > 0.2 * since) {
    return [{ code: "fasterThanRealtime", severity: "warning", params: { seconds: drift / 1000 } }];
  }
  return [];
}

function gop(seconds: number | null): readonly HealthIssue[] {
  return seconds !== null && seconds > 4
    ? [{ code: "gopLong", severity: "warning", params: { seconds } }]
    : [];
}
