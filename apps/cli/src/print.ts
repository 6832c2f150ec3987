import type { Output } from "./io.ts";

/** Prints any value as JSON. */
export function printJson(out: Output, value: unknown): void {
  out.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints rows under headings, each column as wide as its widest cell. */
export function printTable(
  out: Output,
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = headings.map((heading, at) =>
    Math.max(heading.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  for (const row of [headings, ...rows]) {
    const cells = row.map((cell, at) => cell.padEnd(widths[at] ?? 0));
    out.write(`${cells.join("  ").trimEnd()}\n`);
  }
}

/** Prints names and values, the values under each other. What is undefined is left out. */
export function printFacts(out: Output, facts: Readonly<Record<string, unknown>>): void {
  const told = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  const width = Math.max(...told.map(([name]) => name.length)) + 1;
  for (const [name, value] of told) {
    out.write(`${`${name}:`.padEnd(width)} ${String(value)}\n`);
  }
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** `197400000` is `188 MiB`. */
export function bytesText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[power] ?? "B"}`;
}

const pad = (value: number): string => String(value).padStart(2, "0");

/** `5404` is `1:30:04`, `42` is `0:42`. */
export function secondsText(seconds: number): string {
  const whole = Math.round(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
    : `${minutes}:${pad(whole % 60)}`;
}
