import type { Millis } from "@oxbow/media";
import type { Keep } from "./merged-window.ts";
import type { WindowLog } from "./window-log.ts";
import type { WireFormat } from "./wire-format.ts";

/** Why a reader is shown out: the broadcast is over, he is too slow, or somebody said so. */
export type ReaderEnd = "ended" | "slow" | "removed";

/** A reader's connection. Buffers are sent by reference. */
export interface ReaderWriter {
  write(buffers: readonly Uint8Array[]): boolean;
  /** Bytes that the connection has not taken yet. */
  readonly queuedBytes: number;
  /** Ends after what was written. */
  close(reason: ReaderEnd): void;
}

export type ReaderLimits = {
  /** Bytes that may wait at a reader's connection before no more is handed to it. */
  readonly queuedBytes: number;
  /** Milliseconds behind at which pictures that no other needs are left out. */
  readonly lateMs: number;
  /** Milliseconds behind at which all pictures are, up to the newest keyframe. */
  readonly tooLateMs: number;
  /** Milliseconds in which a connection must take something. */
  readonly stalledMs: number;
  /** Milliseconds for which a reader may be late without a break. */
  readonly behindMs: number;
};

export type Standing = "current" | "behind" | "slow";

/**
 * One viewer of a broadcast: a place in the log of windows, and what is left out for him. What he is
 * behind by waits in the log, where it waits for all; he holds a few buffers of it at his connection.
 */
export class Reader {
  readonly writer: ReaderWriter;
  readonly format: WireFormat;
  readonly #limits: ReaderLimits;
  /** The window that he gets next; undefined while there is none to begin at. */
  #next: number | undefined;
  #keep: Keep = "all";
  /** How far behind he was when he began: the group of pictures that he got at once. */
  #allowedMs = 0;
  /** What waited at his connection when he was looked at last, and since when it is the same. */
  #queued = 0;
  #movedAt: Millis;
  /** Since when he gets less than all. */
  #behindSince: Millis | undefined;
  /** Bytes handed to his connection. */
  bytes = 0;

  constructor(writer: ReaderWriter, format: WireFormat, limits: ReaderLimits, now: Millis) {
    this.writer = writer;
    this.format = format;
    this.#limits = limits;
    this.#movedAt = now;
  }

  /** Begins anew at what is live then. */
  restart(): void {
    this.#next = undefined;
    this.#keep = "all";
    this.#behindSince = undefined;
  }

  /**
   * Hands over what he has yet to get, as far as his connection takes it. "behind": something is left.
   * "slow": he is to be shown out.
   */
  advance(log: WindowLog, now: Millis): Standing {
    const queued = this.writer.queuedBytes;
    if (queued === 0 || queued !== this.#queued) this.#movedAt = now;
    this.#queued = queued;
    if (queued >= this.#limits.queuedBytes) return this.#standing(log, now);
    const next = this.#next ?? log.start(now);
    if (next === undefined) return "current";
    const window = log.at(next);
    if (window && this.#next === next && next + 1 === log.next && this.#keep === "all") {
      // He is up to date, as nearly all are nearly always.
      const { buffers, bytes } = window.encoded(this.format, "all");
      this.#next = next + 1;
      this.bytes += bytes;
      if (queued === 0) {
        this.#allowedMs = 0;
        this.#behindSince = undefined;
      }
      this.writer.write(buffers);
      this.#queued = this.writer.queuedBytes;
    } else {
      this.#catchUp(log, Math.max(next, log.first), now, queued);
    }
    return this.#standing(log, now);
  }

  #catchUp(log: WindowLog, from: number, now: Millis, queued: number): void {
    const first = this.#next === undefined ? log.at(from) : undefined;
    if (first) this.#allowedMs = now - first.at;
    else if (from > (this.#next ?? from)) this.#keep = "audio";
    this.#next = this.#hand(log, from, now, queued, first?.opening(this.format));
    // As long as the system takes all of it, there is no reason to wait.
    while (this.#next < log.next && this.writer.queuedBytes === 0) {
      this.#next = this.#hand(log, this.#next, now, 0);
    }
    const all = this.#next === log.next && queued === 0 && this.#keep === "all";
    if (all) this.#behindSince = undefined;
    this.#queued = this.writer.queuedBytes;
  }

  /** Hands over, in one write, as much as may wait at the connection; returns the window that comes next. */
  #hand(log: WindowLog, from: number, now: Millis, queued: number, opening?: Uint8Array): number {
    const buffers: Uint8Array[] = opening === undefined || opening.length === 0 ? [] : [opening];
    let bytes = opening?.length ?? 0;
    let number = from;
    for (; number < log.next && queued + bytes < this.#limits.queuedBytes; number++) {
      const window = log.at(number);
      if (!window) continue;
      this.#choose(log, number, window.key, now - window.at, now);
      const encoded = window.encoded(this.format, this.#keep);
      for (const buffer of encoded.buffers) buffers.push(buffer);
      bytes += encoded.bytes;
    }
    this.bytes += bytes;
    if (buffers.length > 0) this.writer.write(buffers);
    return number;
  }

  /** What he gets of the window that comes next, by how far he is behind. */
  #choose(log: WindowLog, number: number, key: boolean, behindMs: number, now: Millis): void {
    const { lateMs, tooLateMs } = this.#limits;
    const late = behindMs - this.#allowedMs;
    const atNewestKey = key && number >= (log.newestKey ?? number);
    if (this.#keep === "audio") {
      if (!atNewestKey) return;
      // Here he begins as one who joins.
      this.#keep = "all";
      this.#allowedMs = Math.max(0, behindMs);
    } else if (late > tooLateMs && !atNewestKey) this.#keep = "audio";
    else this.#keep = late > lateMs ? "reference" : "all";
    if (this.#keep !== "all") this.#behindSince ??= now;
  }

  #standing(log: WindowLog, now: Millis): Standing {
    const { stalledMs, behindMs } = this.#limits;
    if (this.#queued > 0 && now - this.#movedAt >= stalledMs) return "slow";
    if (this.#behindSince !== undefined && now - this.#behindSince >= behindMs) return "slow";
    return this.#queued > 0 || (this.#next ?? log.next) < log.next ? "behind" : "current";
  }
}
