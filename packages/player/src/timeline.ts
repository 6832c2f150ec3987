/** The stretch of the element's timeline that can be played, in seconds. */
export type Window = { readonly start: number; readonly end: number };

const two = (value: number): string => String(value).padStart(2, "0");

/** A time as people read it: `1:05`, `2:03:04`. */
export function clockTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/** How far behind live: `−12:30`. */
export function behindLive(seconds: number): string {
  return `\u2212${clockTime(Math.round(Math.max(0, seconds)))}`;
}

/** Browsers round times down, and hls.js takes what is before the window for its end. In seconds. */
const INSIDE = 0.01;

/** The nearest time that can be seeked to. */
export function within({ start, end }: Window, time: number): number {
  return Math.min(end, Math.max(start + INSIDE, time));
}

/** Where a time stands in the window, from 0 to 1. */
export function fractionOf({ start, end }: Window, time: number): number {
  if (!(end > start)) return 0;
  return Math.min(1, Math.max(0, (time - start) / (end - start)));
}

/** The time at a part of the window, and back into it for times outside. */
export function timeAt({ start, end }: Window, fraction: number): number {
  return start + Math.min(1, Math.max(0, fraction)) * Math.max(0, end - start);
}

/** Seconds from the beginning, or a wall-clock time in Unix milliseconds. */
export type Moment = { readonly seconds: number } | { readonly wallClock: number };

/**
 * A moment that a link names: seconds from the beginning, or, where it is too large for that, a
 * wall-clock time in Unix milliseconds. Undefined where it is neither.
 */
export function readMoment(text: string | null): Moment | undefined {
  const value = text === null || text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) return undefined;
  // 10 ** 11 seconds are three thousand years; 10 ** 11 milliseconds are in 1973.
  return value < 1e11 ? { seconds: value } : { wallClock: value };
}
