import type { Millis } from "@oxbow/media";
import type { Job, JobProgress } from "./job.ts";
import type { Holder } from "./step.ts";

const PROGRESS_MS = 1_000;

/**
 * One attempt that this server works on: its signal, and the progress that is told at most once a
 * second and only when the percent has changed.
 */
export class RunningJob implements Disposable {
  readonly job: Job;
  readonly holder: Holder;
  /** When the lease was last known to hold. */
  leaseUntil: Millis;
  readonly #abort = new AbortController();
  readonly #save: (progress: JobProgress) => Promise<void>;
  #latest: JobProgress | undefined;
  #toldPercent: number;
  #timer: NodeJS.Timeout | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    job: Job,
    holder: Holder,
    leaseUntil: Millis,
    save: (progress: JobProgress) => Promise<void>,
  ) {
    this.job = job;
    this.holder = holder;
    this.leaseUntil = leaseUntil;
    this.#save = save;
    this.#toldPercent = Math.floor(job.progress.percent);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  readonly report = (progress: JobProgress): void => {
    if (this.#abort.signal.aborted) return;
    this.#latest = progress;
    // The first word comes at once; what comes within a second of it waits for that second's end.
    if (this.#timer === undefined) this.#tell();
  };

  #tell(): void {
    const progress = this.#latest;
    this.#latest = undefined;
    this.#timer = undefined;
    if (progress === undefined || Math.floor(progress.percent) === this.#toldPercent) return;
    this.#toldPercent = Math.floor(progress.percent);
    this.#saving = this.#saving.then(() => this.#save(progress));
    this.#timer = setTimeout(() => this.#tell(), PROGRESS_MS);
    this.#timer.unref();
  }

  /** Ends the attempt: what the work still does and says is not kept. */
  stop(why: string): void {
    this.#abort.abort(new Error(why));
    this[Symbol.dispose]();
  }

  /** Resolves when the progress told so far is saved. */
  settled(): Promise<void> {
    return this.#saving;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#latest = undefined;
  }
}
