import type { SampleTable } from "./sample-table.ts";

const FIRST = 1024;

/**
 * A sample table that grows sample by sample, as fragments tell it: columns of numbers that double,
 * never an object for a sample.
 */
export class GrowingTable {
  #sizes = new Uint32Array(FIRST);
  #offsets = new Float64Array(FIRST);
  #times = new Float64Array(FIRST);
  #ctos = new Int32Array(FIRST);
  #descriptions = new Uint16Array(FIRST);
  #syncs = new Uint32Array(FIRST);
  #syncCount = 0;
  #reordered = false;
  #described = false;
  count = 0;
  /** Decode time at which the next sample is due. */
  end = 0;

  /** Goes on at `time`: what lies between is the last sample's. */
  moveTo(time: number): void {
    this.end = time;
  }

  /** Decode time of the last sample, -1 before the first. */
  get last(): number {
    return this.count === 0 ? -1 : (this.#times[this.count - 1] ?? -1);
  }

  get first(): number {
    return this.count === 0 ? 0 : (this.#times[0] ?? 0);
  }

  push(
    size: number,
    offset: number,
    duration: number,
    cto: number,
    sync: boolean,
    description: number,
  ): void {
    const at = this.count;
    if (at === this.#sizes.length) this.#grow();
    this.#sizes[at] = size;
    this.#offsets[at] = offset;
    this.#times[at] = this.end;
    this.#ctos[at] = cto;
    this.#descriptions[at] = description;
    this.#reordered ||= cto !== 0;
    this.#described ||= description !== 1;
    if (sync) {
      this.#syncs[this.#syncCount] = at;
      this.#syncCount += 1;
    }
    this.count = at + 1;
    this.end += duration;
  }

  /** Takes over what the movie's own table has before its fragments. */
  pushTable(table: SampleTable): void {
    const syncs = table.syncs === "all" ? undefined : new Set(table.syncs);
    for (let at = 0; at < table.count; at += 1) {
      const [from, to] = [table.dts[at] ?? 0, table.dts[at + 1] ?? table.duration];
      const sync = syncs === undefined || syncs.has(at);
      const { sizes, offsets, ctos, descriptions } = table;
      const [size, offset] = [sizes[at] ?? 0, offsets[at] ?? 0];
      this.push(size, offset, to - from, ctos?.[at] ?? 0, sync, descriptions?.[at] ?? 1);
    }
  }

  /** The table, its times counted from `origin`; as narrow as its numbers allow. */
  table(origin: number, fileSize: number): SampleTable {
    const { count } = this;
    const times = this.#times.subarray(0, count).map((time) => time - origin);
    const offsets = this.#offsets.subarray(0, count);
    const duration = this.end - origin;
    const narrow = duration < 2 ** 32;
    return {
      count,
      sizes: this.#sizes.slice(0, count),
      offsets: fileSize < 2 ** 32 ? Uint32Array.from(offsets) : offsets.slice(),
      dts: narrow ? Uint32Array.from(times) : times,
      duration,
      ...(this.#reordered ? { ctos: this.#ctos.slice(0, count) } : {}),
      syncs: this.#syncCount === count ? "all" : this.#syncs.slice(0, this.#syncCount),
      ...(this.#described ? { descriptions: this.#descriptions.slice(0, count) } : {}),
    };
  }

  #grow(): void {
    const length = this.#sizes.length * 2;
    this.#sizes = moved(this.#sizes, new Uint32Array(length));
    this.#offsets = moved(this.#offsets, new Float64Array(length));
    this.#times = moved(this.#times, new Float64Array(length));
    this.#ctos = moved(this.#ctos, new Int32Array(length));
    this.#descriptions = moved(this.#descriptions, new Uint16Array(length));
    this.#syncs = moved(this.#syncs, new Uint32Array(length));
  }
}

function moved<Column extends Uint32Array | Float64Array | Int32Array | Uint16Array>(
  from: Column,
  to: Column,
): Column {
  to.set(from);
  return to;
}
