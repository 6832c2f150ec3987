import { statfs } from "node:fs/promises";
import { type Millis, plus, rfc3339 } from "@oxbow/media";
import type { World } from "../world.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { type DiskSpace, fullIn, type Rung, rungOf } from "./disk-ladder.ts";
import { SOURCE } from "./stored-stretch.ts";

/** Free space of the volume that holds `path`, for a program without special rights. */
export async function diskSpace(path: string): Promise<DiskSpace> {
  const { bavail, blocks, bfree, bsize } = await statfs(path);
  // What only root may use is neither free nor in use for us.
  return { freeBytes: bavail * bsize, totalBytes: (blocks - (bfree - bavail)) * bsize };
}

/** The archive's volume, and when it is full if things go on as they did; null: not in sight. */
export type DiskState = DiskSpace & { readonly rung: Rung; readonly fullAt: Millis | null };

type Look = DiskSpace & { readonly at: Millis };

/** Farther than thirty years is no forecast. */
const FORECAST_MS = 1e12;

function forecast(since: Look, space: DiskSpace, at: Millis): Millis | null {
  const left = fullIn(since, space, at - since.at);
  return left === null || left > FORECAST_MS ? null : plus(at, left);
}

/** Looks at the archive's volume, and tells `archive_pressure` when it moves a rung. */
export class DiskWatch {
  readonly #store: ArchiveStore;
  readonly #world: World;
  readonly #space: () => Promise<DiskSpace>;
  #rung: Rung = "ok";
  #told: Rung = "ok";
  #looking: Promise<void> | undefined;
  /** Where the forecast is measured from. */
  #since: Look | undefined;

  constructor(store: ArchiveStore, world: World, space: () => Promise<DiskSpace>) {
    this.#store = store;
    this.#world = world;
    this.#space = space;
  }

  mayExport(): boolean {
    return this.#rung === "ok" || this.#rung === "warn";
  }

  /** What was made of a source makes room for it. */
  mayRecord(rendition = SOURCE): boolean {
    if (this.#rung === "no_renditions") return rendition === SOURCE;
    return this.#rung !== "no_recordings";
  }

  /** As it is now. */
  async state(): Promise<DiskState> {
    const space = await this.#space();
    const at = this.#world.now();
    const fullAt = forecast(this.#since ?? { ...space, at }, space, at);
    return { rung: rungOf(space, this.#rung), ...space, fullAt };
  }

  /** Several at one time are one. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const space = await this.#space();
    const at = this.#world.now();
    this.#rung = rungOf(space, this.#rung);
    const since = this.#since ?? { ...space, at };
    this.#since = this.#rung === this.#told ? since : { ...space, at };
    if (this.#rung === this.#told) return;
    const { freeBytes, totalBytes } = space;
    const fullAt = forecast(since, space, at);
    const data = {
      rung: this.#rung,
      freeBytes,
      totalBytes,
      fullAt: fullAt === null ? null : rfc3339(fullAt),
    };
    this.#world.log.warn(data, "the archive's disk moved a rung");
    // Not told, it is told at the next look: this very disk may hold the database.
    await this.#store.emit([{ type: "archive_pressure", data }]);
    this.#told = data.rung;
  }
}
