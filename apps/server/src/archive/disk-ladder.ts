/** How full the archive's volume is, from good to bad. */
export type Rung = "ok" | "warn" | "no_exports" | "no_renditions" | "no_recordings";

export type DiskSpace = { readonly freeBytes: number; readonly totalBytes: number };

/** Below this share of free space a rung is reached. */
const RUNGS: readonly { readonly rung: Rung; readonly below: number }[] = [
  { rung: "no_recordings", below: 0.05 },
  { rung: "no_renditions", below: 0.07 },
  { rung: "no_exports", below: 0.1 },
  { rung: "warn", below: 0.15 },
];
/** So much more must be free before a rung is left, so that it does not flutter. */
const SLACK = 0.01;

/** The rung for this much free space, coming from `before`. */
export function rungOf({ freeBytes, totalBytes }: DiskSpace, before: Rung): Rung {
  // Of a file system without a size (some network ones) nothing can be said.
  if (totalBytes <= 0) return "ok";
  const free = freeBytes / totalBytes;
  const worst = RUNGS.findIndex(({ rung }) => rung === before);
  const found = RUNGS.find(({ below }, at) => {
    const held = worst >= 0 && at >= worst;
    return free < below + (held ? SLACK : 0);
  });
  return found?.rung ?? "ok";
}

/** Milliseconds until the disk is full if it goes on as between two looks; null where it does not shrink. */
export function fullIn(
  before: { readonly freeBytes: number },
  now: DiskSpace,
  elapsedMs: number,
): number | null {
  const shrunk = before.freeBytes - now.freeBytes;
  if (shrunk <= 0 || elapsedMs <= 0) return null;
  return (now.freeBytes / shrunk) * elapsedMs;
}
