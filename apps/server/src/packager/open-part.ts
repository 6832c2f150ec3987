import type { SampleRun } from "@oxbow/containers";
import type { Frame } from "@oxbow/media";

const FIRST_ROOM = 32;
const NO_BYTES = new Uint8Array(0);

/** The samples of a part that is still open, column by column. Kept and refilled part after part. */
export class OpenPart {
  count = 0;
  /** Decode time of the first sample, and ticks of all of them. */
  dts = 0;
  ticks = 0;
  /** Earliest presentation time. */
  earliest = 0;
  /** The first place is kept for the fragment's header. */
  buffers: Uint8Array[] = [NO_BYTES];
  bytes = 0;

  #sizes = new Uint32Array(FIRST_ROOM);
  #durations = new Uint32Array(FIRST_ROOM);
  #ctos = new Int32Array(FIRST_ROOM);
  #syncs = new Uint32Array(FIRST_ROOM);
  #syncCount = 0;
  #anyCto = false;
  #oneDuration = true;

  add(frame: Frame, duration: number): void {
    const at = this.count;
    if (at === this.#sizes.length) this.#grow();
    const shown = frame.dts + frame.cto;
    if (at === 0) {
      this.dts = frame.dts;
      this.earliest = shown;
    } else {
      if (shown < this.earliest) this.earliest = shown;
      if (duration !== this.#durations[0]) this.#oneDuration = false;
    }
    this.#sizes[at] = frame.data.length;
    this.#durations[at] = duration;
    this.#ctos[at] = frame.cto;
    if (frame.cto !== 0) this.#anyCto = true;
    if (frame.key) this.#syncs[this.#syncCount++] = at;
    this.buffers.push(frame.data);
    this.bytes += frame.data.length;
    this.ticks += duration;
    this.count = at + 1;
  }

  /** The sample table so far, copied to its exact size. */
  run(): SampleRun {
    const { count } = this;
    const run = {
      count,
      sizes: this.#sizes.slice(0, count),
      durations: this.#oneDuration ? (this.#durations[0] ?? 0) : this.#durations.slice(0, count),
      syncs: this.#syncCount === count ? ("all" as const) : this.#syncs.slice(0, this.#syncCount),
    };
    return this.#anyCto ? { ...run, ctos: this.#ctos.slice(0, count) } : run;
  }

  /** Empties it for the next part; the buffers' list was given away. */
  clear(): void {
    this.count = 0;
    this.ticks = 0;
    this.bytes = 0;
    this.buffers = [NO_BYTES];
    this.#syncCount = 0;
    this.#anyCto = false;
    this.#oneDuration = true;
  }

  #grow(): void {
    const room = this.#sizes.length * 2;
    this.#sizes = widened(this.#sizes, new Uint32Array(room));
    this.#durations = widened(this.#durations, new Uint32Array(room));
    this.#ctos = widened(this.#ctos, new Int32Array(room));
    this.#syncs = widened(this.#syncs, new Uint32Array(room));
  }
}

function widened<Column extends Uint32Array | Int32Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
