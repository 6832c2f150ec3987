import { rfc3339 } from "@oxbow/media";
import type { World } from "../world.ts";
import type { ArchiveStore } from "./archive-store.ts";
import type { ArchiveGap } from "./resolved-range.ts";

type LossLogOptions = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  readonly store: ArchiveStore;
  readonly world: World;
};

/**
 * Writes lost media down and tells `archive_gap`, both in one transaction. The disk that lost the media
 * may be the database's too: what can't be told is kept, joined with what follows it, and tried again.
 */
export class LossLog {
  readonly #options: LossLogOptions;
  #untold: ArchiveGap[] = [];
  #telling: Promise<void> = Promise.resolve();

  constructor(options: LossLogOptions) {
    this.#options = options;
  }

  add(gap: ArchiveGap): void {
    if (gap.to <= gap.from) return;
    const last = this.#untold.at(-1);
    if (last !== undefined && last.to === gap.from && last.reason === gap.reason) {
      this.#untold[this.#untold.length - 1] = { ...last, to: gap.to };
    } else {
      this.#untold.push(gap);
    }
    this.retry();
  }

  /** Tells what could not be told before. */
  retry(): void {
    if (this.#untold.length > 0) this.#telling = this.#telling.then(() => this.#tell());
  }

  /** Tells what is left; resolves when that was tried. */
  async settled(): Promise<void> {
    this.retry();
    await this.#telling;
  }

  async #tell(): Promise<void> {
    const { stream, broadcast, store, world } = this.#options;
    const gaps = this.#untold;
    this.#untold = [];
    for (const [at, gap] of gaps.entries()) {
      const data = { from: rfc3339(gap.from), to: rfc3339(gap.to), reason: gap.reason };
      const row = { ...gap, id: world.id("gap"), stream: stream.id, broadcast };
      try {
        await store.addGap(row, [{ type: "archive_gap", stream, broadcast, data }]);
      } catch (error) {
        world.log.error({ err: error, stream: stream.id, gap: data }, "archive gap not told yet");
        this.#untold.unshift(...gaps.slice(at));
        return;
      }
    }
  }
}
