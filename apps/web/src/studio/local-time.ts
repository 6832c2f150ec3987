/** What a `datetime-local` control holds, as the API takes it; null for nothing. */
export const instantOf = (local: string): string | null =>
  local === "" ? null : new Date(local).toISOString();

/** Likewise the other way: a time as the control takes it, to the minute, by this machine's clock. */
export function localOf(instant: string): string {
  const at = new Date(instant);
  const here = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return here.toISOString().slice(0, "2026-03-01T20:00".length);
}
