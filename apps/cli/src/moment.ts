const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `10m`, `1h30m` or `45s` in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (!/^(\d+[smhd])+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0),
    0,
  );
}

/**
 * A moment as people give it: RFC 3339, Unix milliseconds, `now`, or so long ago as `-10m`.
 * Throws an Error that says so.
 */
export function parseMoment(text: string, now: number): number {
  if (text === "now") return now;
  if (/^\d{10,15}$/.test(text)) return Number(text);
  const ago = text.startsWith("-") ? parseDuration(text.slice(1)) : undefined;
  if (ago !== undefined) return now - ago;
  const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw new Error("give a time like 2026-03-01T20:00:00Z, Unix milliseconds, now, or -10m");
  }
  return at;
}
