import { Fault } from "@oxbow/contract";
import type { SegmentTables } from "../segment-tables.ts";
import { SOURCE } from "../stored-stretch.ts";
import { ChangeWaiters } from "./change-waiters.ts";
import { DvrListing, type ListingOptions } from "./dvr-listing.ts";
import type { DvrQuery } from "./dvr-query.ts";
import type { Listed } from "./listed.ts";

/** Files in all ranges that are remembered, of which each holds its table. */
const LISTED_RUNS = 2048;
const LISTINGS = 1024;
/** Answers that are held at a time. */
const HELD = 10_000;
/** A playlist may be asked for so many segments ahead (rfc8216bis §6.2.5.2). */
const AHEAD = 2;

/** The ranges that are being played, each as it was told so far, and those who wait for more of them. */
export class DvrListings {
  readonly #options: ListingOptions;
  readonly #tables: SegmentTables;
  /** In order of last use. */
  readonly #listings = new Map<string, DvrListing>();
  readonly #waiters = new ChangeWaiters(HELD);

  constructor(options: ListingOptions, tables: SegmentTables) {
    this.#options = options;
    this.#tables = tables;
    // What becomes of the source is told of all that is made of it.
    options.live.watch((stream, rendition) =>
      this.#waiters.changed(stream, rendition === SOURCE ? undefined : rendition),
    );
    options.markers?.watch((stream) => options.live.marked(stream));
  }

  /** See `DvrListing.now`. */
  listing(stream: string, query: DvrQuery): DvrListing {
    const key = `${stream} ${query.text}`;
    const listing =
      this.#listings.get(key) ?? new DvrListing(this.#options, this.#tables, stream, query);
    this.#listings.delete(key);
    this.#listings.set(key, listing);
    this.#forgetOldest();
    return listing;
  }

  /**
   * The range once it has `msn`, or is over (rfc8216bis §6.2.5.2). Undefined: who asked has gone, or
   * nothing was made of the range. Throws Fault `invalid_request` where that lies too far ahead,
   * `unavailable` where it does not come in time.
   */
  async reached(
    { stream, rendition }: { readonly stream: string; readonly rendition: string },
    listing: DvrListing,
    msn: number,
    gone: AbortSignal | undefined,
  ): Promise<Listed | undefined> {
    const { heldTargets } = this.#options;
    let listed = await listing.of(rendition);
    if (listed === undefined) return undefined;
    const until = performance.now() + heldTargets * listed.targetDuration * 1000;
    while (!listed.ended && msn > listed.lastSequence) {
      if (msn > listed.lastSequence + AHEAD) {
        throw new Fault("invalid_request", `Cannot wait for segment ${msn}: it is too far ahead`, {
          field: "_HLS_msn",
        });
      }
      const left = until - performance.now();
      if (left <= 0) {
        throw new Fault("unavailable", `Segment ${msn} did not come in ${heldTargets} targets`);
      }
      if (listing.isCurrent(rendition)) {
        const wait = Math.min(left, listing.untilGap() ?? left);
        await this.#waiters.next({ stream, rendition }, wait, gone);
      }
      if (gone?.aborted) return undefined;
      listed = (await listing.of(rendition)) ?? listed;
    }
    return listed;
  }

  /** Nobody waits any longer. */
  close(): void {
    this.#waiters.close();
  }

  #forgetOldest(): void {
    let files = 0;
    for (const listing of this.#listings.values()) files += listing.files;
    for (const [oldest, listing] of this.#listings) {
      if (files <= LISTED_RUNS && this.#listings.size <= LISTINGS) return;
      if (this.#listings.size === 1) return;
      this.#listings.delete(oldest);
      files -= listing.files;
    }
  }
}
