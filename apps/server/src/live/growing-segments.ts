import { Fault } from "@oxbow/contract";
import type { Millis } from "@oxbow/media";
import type { SegmentMedia } from "./entry.ts";
import type { GrowingAnswer, GrowthWriter } from "./live-answer.ts";
import type { TrackKind } from "./served-stretch.ts";

/** Viewers of one window that may be sent growing segments at a time. */
const MOST_VIEWERS = 10_000;

/** More will come of a segment, or it is whole, or nothing more will come that would make it whole. */
export type Growth = "open" | "sealed" | "lost";

type Viewer = {
  readonly media: SegmentMedia;
  readonly kind: TrackKind;
  readonly writer: GrowthWriter;
  /** Parts that were sent. */
  sent: number;
  /** When he is cut off, unless more comes. */
  until: Millis;
};

export type GrowingOptions = {
  readonly growthOf: (media: SegmentMedia) => Growth;
  /** Until when a viewer waits who waits from now on. */
  readonly patience: () => Millis;
};

/**
 * Viewers who are sent the segment that is open, each part when it is sealed: the parts' own buffers,
 * shared by all. What they get is the segment as it stays, or it is cut off.
 */
export class GrowingSegments {
  readonly #options: GrowingOptions;
  readonly #viewers = new Set<Viewer>();
  #scheduled = false;

  constructor(options: GrowingOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** Fault `limit_reached` where too many are served already. */
  answer(media: SegmentMedia, kind: TrackKind): GrowingAnswer {
    if (this.#viewers.size >= MOST_VIEWERS) {
      throw new Fault("limit_reached", `Cannot send what grows: ${MOST_VIEWERS} are sent it`, {
        details: { retryAfter: 1 },
      });
    }
    return {
      kind: "growing",
      contentType: `${kind}/mp4`,
      // The whole one is immutable; of this one nobody knows yet whether it will be whole.
      cacheControl: "no-store",
      grow: (writer) => {
        const viewer: Viewer = { media, kind, writer, sent: 0, until: this.#options.patience() };
        this.#viewers.add(viewer);
        writer.onClose(() => this.#viewers.delete(viewer));
        this.#send(viewer);
      },
    };
  }

  /** Something changed: viewers get what came in this turn of the event loop as one write. */
  changed(): void {
    if (this.#scheduled || this.#viewers.size === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      for (const viewer of this.#viewers) this.#send(viewer);
    });
  }

  /** Cuts those off who have waited long enough. */
  expire(now: Millis): void {
    for (const viewer of this.#viewers) if (viewer.until <= now) this.#leave(viewer, "cut");
  }

  #send(viewer: Viewer): void {
    const { media, kind, writer } = viewer;
    const track = media.track(kind);
    const count = track?.count ?? 0;
    const buffers: Uint8Array[] = [];
    for (; viewer.sent < count; viewer.sent += 1) {
      const part = track?.part(viewer.sent);
      if (part === undefined) return this.#leave(viewer, "cut");
      buffers.push(...part);
    }
    if (buffers.length > 0) {
      writer.write(buffers);
      viewer.until = this.#options.patience();
    }
    const growth = this.#options.growthOf(media);
    if (growth !== "open") this.#leave(viewer, growth === "sealed" ? "end" : "cut");
  }

  #leave(viewer: Viewer, how: "end" | "cut"): void {
    this.#viewers.delete(viewer);
    viewer.writer[how]();
  }
}
