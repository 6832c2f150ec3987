import type { ErrorCode } from "@oxbow/contract";
import type { MoviePlan } from "../plan/movie-plan.ts";

/** What the copying thread is given. */
export type CopyOrder = {
  readonly plan: MoviePlan;
  /** The temporary name. */
  readonly path: string;
  readonly control: SharedArrayBuffer;
  /** Refuse `copy_file_range`, as some file systems do. */
  readonly plain: boolean;
};

/** What the hashing thread is given. */
export type HashOrder = {
  readonly path: string;
  readonly bytes: number;
  readonly control: SharedArrayBuffer;
};

/** What a thread answers, once. */
export type ThreadAnswer<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

export type Copied = { readonly how: "kernel" | "plain" };

const WRITTEN = 0;
const STOP = 1;

/**
 * What the threads of one copy share: how far the file is written, and whether to stop. The hash runs
 * behind the copy on another core, without a message between them.
 */
export class CopyControl {
  readonly buffer: SharedArrayBuffer;
  readonly #cells: BigInt64Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.buffer = buffer;
    this.#cells = new BigInt64Array(buffer);
  }

  /** Bytes of the file, from its beginning, that are there. */
  get written(): number {
    return Number(Atomics.load(this.#cells, WRITTEN));
  }

  set written(bytes: number) {
    Atomics.store(this.#cells, WRITTEN, BigInt(bytes));
    Atomics.notify(this.#cells, WRITTEN);
  }

  get stopped(): boolean {
    return Atomics.load(this.#cells, STOP) === 1n;
  }

  stop(): void {
    Atomics.store(this.#cells, STOP, 1n);
    Atomics.notify(this.#cells, WRITTEN);
  }
}
