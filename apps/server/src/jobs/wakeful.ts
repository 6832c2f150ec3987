/**
 * Runs `work` now and again, never twice at one time: when it is woken, and every `everyMs` besides.
 * Woken while it runs, it runs once more.
 */
export class Wakeful {
  readonly #work: () => Promise<void>;
  readonly #everyMs: number;
  readonly #failed: (error: unknown) => void;
  #state: "new" | "idle" | "running" | "again" | "stopped" = "new";
  #timer: NodeJS.Timeout | undefined;
  #current: Promise<void> = Promise.resolve();

  constructor(work: () => Promise<void>, everyMs: number, failed: (error: unknown) => void) {
    this.#work = work;
    this.#everyMs = everyMs;
    this.#failed = failed;
  }

  start(): void {
    if (this.#state !== "new") return;
    this.#state = "idle";
    this.wake();
  }

  wake(): void {
    if (this.#state === "running") this.#state = "again";
    if (this.#state !== "idle") return;
    clearTimeout(this.#timer);
    this.#state = "running";
    this.#current = this.#run();
  }

  async #run(): Promise<void> {
    try {
      await this.#work();
    } catch (error) {
      this.#failed(error);
    }
    if (this.#state === "stopped") return;
    const again = this.#state === "again";
    this.#state = "idle";
    if (again) this.wake();
    else this.#timer = setTimeout(() => this.wake(), this.#everyMs);
  }

  /** Resolves when what runs has ended; nothing runs after. */
  async stop(): Promise<void> {
    this.#state = "stopped";
    clearTimeout(this.#timer);
    await this.#current;
  }
}
