import type { Millis } from "@oxbow/media";
import type { Chunk } from "../packager/index.ts";
import type { World } from "../world.ts";
import type { ArchiveStore } from "./archive-store.ts";
import type { LiveStretches } from "./live-stretches.ts";
import type { StretchExtent, StretchRow } from "./stored-stretch.ts";
import { type NewStretchFile, StretchFile } from "./stretch-file.ts";

export type OpenStretchOptions = {
  readonly store: ArchiveStore;
  readonly world: World;
  readonly live: LiveStretches;
  /** The database learns of the growth at most this often. */
  readonly growMs: number;
};

/** A file that is being written, its row in the database, and what memory knows ahead of the row. */
export class OpenStretch {
  readonly #options: OpenStretchOptions;
  readonly #file: StretchFile;
  #growing: Promise<void> | undefined;
  #grownAt: Millis;

  private constructor(options: OpenStretchOptions, file: StretchFile) {
    this.#options = options;
    this.#file = file;
    this.#grownAt = options.world.now();
  }

  /** Throws where the disk or the database refuses; then neither file nor row is left. */
  static async open(begin: NewStretchFile, options: OpenStretchOptions): Promise<OpenStretch> {
    let announced = false;
    const announce = async (row: StretchRow): Promise<void> => {
      await options.store.addStretch(row);
      announced = true;
      options.live.opened(row);
    };
    try {
      return new OpenStretch(options, await StretchFile.create(begin, announce));
    } catch (error) {
      if (announced) {
        options.live.closed(begin.stretch);
        await dropRow(begin.id, options);
      }
      throw error;
    }
  }

  get row(): StretchRow {
    return this.#file.row;
  }

  /** Number of the newest segment that has a chunk here. */
  get lastSegment(): number {
    return this.#file.lastSegment;
  }

  /** Throws where the disk refuses. */
  async append(chunks: readonly Chunk[]): Promise<void> {
    await this.#file.append(chunks);
    this.#remember(this.#options.live.get(this.row.id) ?? this.row);
  }

  /** Segment `number` is complete, and ends at `to`. Throws what a sync threw. */
  seal(number: number, to: Millis): void {
    const { live } = this.#options;
    this.#file.sync();
    this.#file.failIfUnsynced();
    const extent = this.#file.seal(number, to);
    this.#remember(extent);
    live.sealed(this.row, extent.to);
    this.#growRow(extent);
  }

  async synced(): Promise<void> {
    this.#file.sync();
    await this.#file.synced();
  }

  /** Closes the file with what is whole in it, and answers how far it reaches; undefined: it held nothing. */
  async close(): Promise<StretchExtent | undefined> {
    const { world, store, live } = this.#options;
    const { id } = this.row;
    try {
      await this.#file.close();
    } catch (error) {
      world.log.error({ err: error, stretch: id }, "archive file not closed cleanly");
    }
    await this.#growing;
    if (this.#file.empty) {
      await this.#file.remove();
      await dropRow(id, this.#options);
      live.closed(this.row);
      return undefined;
    }
    const extent = this.#file.closedExtent();
    this.#remember(extent);
    live.sealed(this.row, extent.to);
    try {
      await store.growStretch(id, extent);
      live.delete(id);
    } catch (error) {
      // The row stays open for the next start's recovery; until then the figures in memory hold.
      world.log.error({ err: error, stretch: id }, "archive file's end not written down");
    }
    live.closed(this.row);
    return extent;
  }

  #remember({ to, segments, open }: StretchExtent): void {
    const { id, firstSegment } = this.row;
    this.#options.live.set(id, {
      to,
      segments,
      bytes: this.#file.mediaBytes,
      open,
      lastSegment: firstSegment + segments - 1,
      indexBytes: this.#file.indexBytes,
    });
  }

  // The database is off the path of media: one small write now and then, and nobody waits for it.
  #growRow(extent: StretchExtent): void {
    const { world, store, growMs } = this.#options;
    if (this.#growing !== undefined || world.now() - this.#grownAt < growMs) return;
    this.#grownAt = world.now();
    this.#growing = store
      .growStretch(this.row.id, extent)
      .catch((error: unknown) =>
        world.log.warn({ err: error, stretch: this.row.id }, "archive file's growth not written"),
      )
      .finally(() => {
        this.#growing = undefined;
      });
  }
}

async function dropRow(id: string, { store, live, world }: OpenStretchOptions): Promise<void> {
  live.delete(id);
  try {
    await store.dropStretch(id);
  } catch (error) {
    world.log.error({ err: error, stretch: id }, "row of an empty archive file stays");
  }
}
