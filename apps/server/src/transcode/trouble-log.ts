import type { Millis } from "@oxbow/media";
import type { DegradedReason, TranscoderNews } from "./ports.ts";

/** Tells once that a rendition is missing, and once that it is back. */
export class TroubleLog {
  readonly #news: TranscoderNews;
  readonly #since = new Map<string, Millis>();

  constructor(news: TranscoderNews) {
    this.#news = news;
  }

  /** Whether a rendition is missing. */
  has(rendition: string): boolean {
    return this.#since.has(rendition);
  }

  degraded(
    renditions: readonly string[],
    reason: DegradedReason,
    now: Millis,
    message: string | undefined,
  ): void {
    for (const rendition of renditions) {
      if (this.#since.has(rendition)) continue;
      this.#since.set(rendition, now);
      this.#news.degraded(rendition, reason, message);
    }
  }

  recovered(renditions: readonly string[], now: Millis): void {
    for (const rendition of renditions) {
      const since = this.#since.get(rendition);
      if (since === undefined) continue;
      this.#since.delete(rendition);
      this.#news.recovered(rendition, (now - since) / 1000);
    }
  }
}
