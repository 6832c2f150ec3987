/** Hours may be missing in WebVTT; SubRip has a comma before the milliseconds. */
const TIME = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$/;

/** Milliseconds of a time as WebVTT or SubRip writes it; undefined where it is none. */
export function readTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, hours = "0", minutes = "", seconds = "", fraction = ""] = match;
  if (Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  return whole * 1000 + Number(fraction.padEnd(3, "0"));
}

/** `01:02:03.004` (WebVTT §4.1, timestamp). */
export function writeTime(ms: number): string {
  const [seconds, left] = [Math.floor(ms / 1000), ms % 1000];
  const whole = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${whole}.${String(left).padStart(3, "0")}`;
}

function two(value: number): string {
  return String(Math.floor(value)).padStart(2, "0");
}
