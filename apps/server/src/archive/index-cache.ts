import { open, readFile, rename, writeFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { Fault } from "@oxbow/contract";
import type { World } from "../world.ts";
import { absentIfMissing, errorCode } from "./disk-fault.ts";
import { encodeSeal } from "./index-record.ts";
import type { LiveStretch } from "./live-stretches.ts";
import { readAt, repairIndex } from "./repair-index.ts";
import type { StoredStretch } from "./stored-stretch.ts";
import { StretchIndex } from "./stretch-index.ts";
import { indexPath } from "./stretch-path.ts";

/** Indexes of recently used files, bounded by their bytes. One file's is read by one reader at a time. */
export class IndexCache {
  readonly #world: World;
  readonly #limit: number;
  /** In order of last use. */
  readonly #entries = new Map<string, Promise<StretchIndex>>();
  readonly #memory = new Map<string, number>();
  /** What could be found of files, where that is less than the database says. */
  readonly #repaired = new WeakSet<StretchIndex>();

  constructor(world: World, limitBytes: number) {
    this.#world = world;
    this.#limit = limitBytes;
  }

  /**
   * The index of a file, as far as it is written by now. One that is missing or wrong is made again
   * from the media. Throws Fault `source_media_lost` where the media is gone.
   */
  read(stretch: StoredStretch, live: LiveStretch | undefined): Promise<StretchIndex> {
    const before = this.#entries.get(stretch.id);
    const entry = (before ?? Promise.resolve(undefined))
      .catch(() => undefined)
      .then((index) => this.#current(stretch, live, index));
    this.#entries.delete(stretch.id);
    this.#entries.set(stretch.id, entry);
    entry.then(
      (index) => this.#keep(stretch.id, entry, index.memory),
      () => this.#drop(stretch.id, entry),
    );
    return entry;
  }

  /** The same for a reader who goes through many files once: what is not in memory does not stay there. */
  readOnce(stretch: StoredStretch, live: LiveStretch | undefined): Promise<StretchIndex> {
    if (live !== undefined || this.#entries.has(stretch.id)) return this.read(stretch, live);
    return this.#current(stretch, undefined, undefined);
  }

  forget(id: string): void {
    this.#entries.delete(id);
    this.#memory.delete(id);
  }

  async #current(
    stretch: StoredStretch,
    live: LiveStretch | undefined,
    known: StretchIndex | undefined,
  ): Promise<StretchIndex> {
    try {
      if (live !== undefined) return await upTo(stretch, live.indexBytes, known);
      if (known !== undefined && this.#repaired.has(known)) return known;
      // Whoever asks may know of less than there is, from when the file was being written.
      if (known !== undefined && known.mediaEnd >= stretch.bytes) return known;
      return await this.#closed(stretch);
    } catch (error) {
      if (errorCode(error) !== "ENOENT") throw error;
      throw new Fault(
        "source_media_lost",
        `Cannot read the archive file of stretch "${stretch.id}": it is gone`,
        { cause: error },
      );
    }
  }

  async #closed(stretch: StoredStretch): Promise<StretchIndex> {
    const path = indexPath(stretch.file);
    const bytes = await readFile(path).catch(absentIfMissing);
    const found = bytes === undefined ? undefined : StretchIndex.parse(bytes);
    if (found?.mediaEnd === stretch.bytes) return found;
    await using media = await open(stretch.file, "r");
    const { size } = await media.stat();
    // Nothing is cut to what an old row knows.
    const isAhead = found !== undefined && found.mediaEnd > stretch.bytes;
    if (isAhead && found.mediaEnd <= size) return found;
    const index = await repairIndex(media, Math.min(size, stretch.bytes), found, stretch);
    if (index === undefined) throw lost(stretch, "it has no beginning");
    this.#world.log.warn(
      { stretch: stretch.id, chunks: index.length, missing: bytes === undefined },
      "archive index made again from the media",
    );
    // A disk that takes no file must not hinder reading.
    await writeIndex(path, index).catch((error: unknown) =>
      this.#world.log.warn({ err: error, stretch: stretch.id }, "archive index not written"),
    );
    this.#repaired.add(index);
    return index;
  }

  #keep(id: string, entry: Promise<StretchIndex>, memory: number): void {
    if (this.#entries.get(id) !== entry) return;
    this.#memory.set(id, memory);
    let total = 0;
    for (const bytes of this.#memory.values()) total += bytes;
    for (const oldest of this.#entries.keys()) {
      if (total <= this.#limit || oldest === id) return;
      total -= this.#memory.get(oldest) ?? 0;
      this.forget(oldest);
    }
  }

  #drop(id: string, entry: Promise<StretchIndex>): void {
    if (this.#entries.get(id) === entry) this.forget(id);
  }
}

/** Replaces an index file as a whole. */
export async function writeIndex(path: string, index: StretchIndex): Promise<void> {
  const seal = encodeSeal(crc32(index.bytes));
  await writeFile(`${path}.new`, Buffer.concat([index.bytes, seal]));
  await rename(`${path}.new`, path);
}

/** The index of a file that is being written, up to `end` of its bytes. */
async function upTo(
  stretch: StoredStretch,
  end: number,
  known: StretchIndex | undefined,
): Promise<StretchIndex> {
  const have = known?.end ?? 0;
  if (known !== undefined && have >= end) return known;
  await using file = await open(indexPath(stretch.file), "r");
  const bytes = await readAt(file, have, end - have);
  if (known === undefined) {
    const index = StretchIndex.parse(bytes);
    if (index === undefined) throw lost(stretch, "its index is damaged");
    return index;
  }
  known.append(bytes);
  return known;
}

function lost(stretch: StoredStretch, why: string): Fault {
  return new Fault(
    "source_media_lost",
    `Cannot read the archive file of stretch "${stretch.id}": ${why}`,
  );
}
