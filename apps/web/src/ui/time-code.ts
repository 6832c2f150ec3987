const pad = (value: number): string => String(value).padStart(2, "0");

/** `1:02:03.25` for 3723.25 seconds; thousandths only where there are any. */
export function formatTimeCode(seconds: number): string {
  const thousandths = Math.max(0, Math.round(seconds * 1000));
  const whole = Math.floor(thousandths / 1000);
  const rest = thousandths % 1000;
  const clock = `${Math.floor(whole / 3600)}:${pad(Math.floor(whole / 60) % 60)}:${pad(whole % 60)}`;
  return rest === 0 ? clock : `${clock}.${String(rest).padStart(3, "0").replace(/0+$/, "")}`;
}

/** Seconds of `75`, `1:15`, `0:01:15.5` or `1:15,5`; undefined for what is no time. */
export function parseTimeCode(text: string): number | undefined {
  const parts = text.trim().replace(",", ".").split(":");
  if (parts.length > 3 || !parts.every((part) => /^\d+$/.test(part) || part === parts.at(-1))) {
    return undefined;
  }
  const last = parts.at(-1) ?? "";
  if (!/^\d+(?:\.\d{1,3})?$/.test(last)) return undefined;
  const values = parts.map(Number);
  // Minutes and seconds after a larger unit stop at 59, as clocks do.
  if (values.slice(1).some((value) => value >= 60)) return undefined;
  return values.reduce((sum, value) => sum * 60 + value, 0);
}
