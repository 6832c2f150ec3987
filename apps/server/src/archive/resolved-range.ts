import type { SampleRun } from "@oxbow/containers";
import type { Millis } from "@oxbow/media";
import type { StoredStretch } from "./stored-stretch.ts";

/**
 * Why media is missing. `reconnect`, `restart`, `config` and `timestamps` come from the encoder's
 * side; `disk_full`, `disk_failed` and `disk_slow` are ours; `evicted` is retention or a user's
 * removal; `offline`: nothing was on air or nothing was recorded; `not_sealed`: not yet there;
 * `not_transcoded`: the source has media, and a rendition was not made of it.
 */
export type GapReason =
  | "reconnect"
  | "restart"
  | "config"
  | "timestamps"
  | "disk_full"
  | "disk_failed"
  | "disk_slow"
  | "evicted"
  | "offline"
  | "not_sealed"
  | "not_transcoded";

export type ArchiveGap = { readonly from: Millis; readonly to: Millis; readonly reason: GapReason };

/** One chunk (`moof mdat` of one track) in an archive file, with its sample table as views on the index. */
export type StoredChunk = {
  readonly track: number;
  /** Place of its `moof` in the media file. */
  readonly offset: number;
  readonly bytes: number;
  /** Where its samples begin, from `offset`. */
  readonly headerBytes: number;
  /** Ticks of its track on the broadcast's timeline. */
  readonly dts: number;
  readonly duration: number;
  readonly segment: number;
  readonly part: number;
  /** Its first sample is a sync sample. */
  readonly independent: boolean;
  readonly samples: SampleRun;
};

/** The part of one archive file that a range needs. */
export type ResolvedSpan = {
  readonly stretch: StoredStretch;
  /** The covered part of the range. */
  readonly from: Millis;
  readonly to: Millis;
  /**
   * Its chunks in file order, made one by one from the index while they are asked for. Video begins
   * with the chunk of the last sync sample presented at or before `from`, audio at least 100 ms
   * before `from` where there is any; each track ends with its last chunk that has a sample presented
   * before `to`. Throws Fault `source_media_lost` where the file is gone.
   */
  chunks(): Promise<Iterable<StoredChunk>>;
};

/** What a range of wall-clock time is made of. */
export type ResolvedRange = {
  readonly stream: string;
  readonly from: Millis;
  readonly to: Millis;
  /** In time order, without overlap. */
  readonly spans: readonly ResolvedSpan[];
  /** All that is missing in `[from, to)`, its head and tail included, in time order. */
  readonly gaps: readonly ArchiveGap[];
};
