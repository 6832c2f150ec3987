import type { Millis } from "@oxbow/media";
import type { MediaPlace, PackagerOutput } from "../packager/index.ts";
import type { Pin, StreamStorage } from "./archive-store.ts";
import type { ArchiveView } from "./archive-view.ts";
import type { DiskState } from "./disk-watch.ts";
import type { RecordedPictures } from "./recorded-pictures.ts";
import type { RecordedStretch } from "./recorded-segments.ts";
import type { ResolvedRange } from "./resolved-range.ts";

/** Takes what the packager seals, and writes it. It never holds up its caller and never throws. */
export interface Recorder extends PackagerOutput {
  /**
   * Resolves when what waits for the disk is no longer much; undefined where it is not. What is handed
   * over regardless is taken until the queue is full, and dropped then.
   */
  room(): Promise<void> | undefined;
  /** Of a rendition: nothing is being made for now. Until a stretch begins, what comes of the source is missing. */
  lost(): void;
  /** Everything handed over so far is on disk, synced, and in the index; or was told as lost. */
  sealed(): Promise<void>;
  /** Ends the open stretch and waits for it. Calls after it are ignored. */
  close(): Promise<void>;
}

/** One stretch that was open when the server died. */
export type RecoveredStretch = {
  readonly stream: string;
  readonly stretch: string;
  readonly broadcast: string;
  readonly rendition: string;
  /** End of its last whole chunk. */
  readonly recoveredTo: Millis;
  /** Cut off its tail. */
  readonly lostBytes: number;
  /** At most: the part that was open, and what the cut bytes held. */
  readonly lostSeconds: number;
};

export type ArchiveRecovery = { readonly stretches: readonly RecoveredStretch[] };

export type NewPin = {
  readonly stream: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly reason?: string;
  readonly owner?: string;
  readonly expiresAt?: Millis;
};

/** What a removal took: whole files. `kept` counts the files that it left because they lie partly outside or are being written. */
export type Removal = { readonly bytes: number; readonly stretches: number; readonly kept: number };

/** An answer to a URL under /dvr/{stream}/, ready to be written. */
export type DvrAnswer = {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly body: readonly Uint8Array[];
  readonly bytes: number;
  /** Strong, with its quotes. */
  readonly etag?: string;
  /** The whole body compressed, made once; present where that is worth it. */
  readonly gzip?: () => Promise<Uint8Array>;
};

export type ArchiveStorage = {
  readonly disk: DiskState;
  readonly streams: readonly StreamStorage[];
};

/** When a piece of media was, and of which broadcast it is. */
export type MediaExtent = {
  readonly from: Millis;
  readonly to: Millis;
  readonly broadcast: string;
};

/** The DVR: what was recorded, indexed by wall-clock time. */
export interface Archive extends AsyncDisposable {
  /**
   * To be called once, before anything records: every stretch still open is cut back to its last
   * whole chunk and closed. Takes time in proportion to what was open.
   */
  recover(): Promise<ArchiveRecovery>;
  /** Begins the timers: retention, and the free space of the volume. */
  start(): void;
  /**
   * `rendition`: a quality that was made of the source and is cut as it is (the packager's stretches say
   * the same name). It is given up before anything of a source is, and what it lacks is no gap.
   */
  record(
    stream: { readonly id: string; readonly name: string },
    broadcast: string,
    of?: { readonly rendition?: string },
  ): Recorder;
  /** `from` and `to` absent: everything. Fault `range_invalid`. */
  view(stream: string, from?: Millis, to?: Millis): Promise<ArchiveView>;
  /**
   * End of the stream's sealed media, after `recover` also of earlier runs. Of a `rendition`: up to where
   * nothing more comes of it; it is behind while it is being made.
   */
  newest(stream: string, rendition?: string): Millis | undefined;
  /** First segment number that is free in the stream's archive. */
  nextSegment(stream: string): Promise<number>;
  /** Called when a segment of the source is on disk and in the index, with the end of the media. Returns the way out. */
  onSealed(listener: (stream: string, to: Millis) => void): () => void;
  /**
   * What `[from, to)` is made of. Where broadcasts overlap (media faster than the clock), the one that
   * began first is seen, unless `broadcast` names another. Of a `rendition`, what the source has and it
   * has not is a gap. Throws Fault `range_invalid`.
   */
  resolve(
    stream: string,
    from: Millis,
    to: Millis,
    only?: { readonly broadcast?: string; readonly rendition?: string },
  ): Promise<ResolvedRange>;
  /**
   * Names of the renditions that something was recorded of in the range, the source first, then the
   * tallest. Throws Fault `range_invalid`.
   */
  renditions(stream: string, from: Millis, to: Millis): Promise<readonly string[]>;
  /** Throws Fault `range_invalid`. */
  pin(pin: NewPin): Promise<Pin>;
  /** Throws Fault `pin_unknown`, `conflict` where an export holds it. */
  unpin(id: string): Promise<void>;
  pins(stream: string): Promise<readonly Pin[]>;
  /** Removes all pins of an owner; none is no fault. */
  unpinOwner(owner: string): Promise<void>;
  /**
   * Removes the files that lie wholly in `[from, to)` and are not being written. Throws Fault
   * `range_pinned` where a pin holds one of them.
   */
  remove(
    stream: { readonly id: string; readonly name: string },
    from: Millis,
    to: Millis,
  ): Promise<Removal>;
  /** One pass of retention, over all streams. */
  retain(now: Millis): Promise<void>;
  /**
   * Answers `path` (below /dvr/{stream}/): `index.m3u8`, `video.m3u8`, `audio.m3u8`, `iframes.m3u8` with
   * `from`, `to` and `broadcast` as query, and what they name. A playlist that runs may be waited for with
   * `_HLS_msn`, as long as `gone` is not aborted. Undefined: there is no such thing. Throws Fault
   * `invalid_request`, `range_invalid`, `range_without_media`, `range_evicted`, `unavailable`,
   * `limit_reached`.
   */
  dvrRoute(
    stream: { readonly id: string; readonly name: string },
    path: string,
    query: URLSearchParams,
    gone?: AbortSignal,
  ): Promise<DvrAnswer | undefined>;
  /**
   * Media of the stream, from the index and one read. Undefined where it is not recorded, not sealed or
   * removed. Throws Fault `source_media_lost` where the file is gone.
   */
  media(stream: string, place: MediaPlace): Promise<DvrAnswer | undefined>;
  /**
   * When the media of a place was: that of its segment, or of its whole stretch for an initialization
   * section. Undefined where there is none, as with `media`. Throws Fault `range_evicted`.
   */
  extent(stream: string, place: MediaPlace): Promise<MediaExtent | undefined>;
  /**
   * The broadcast's sealed segments that end after `since`, and what was made of them, for a live timeline
   * that begins anew after a restart. Takes time in proportion to what it answers.
   */
  seed(stream: string, broadcast: string, since: Millis): Promise<readonly RecordedStretch[]>;
  /**
   * The picture that each sealed segment in `[from, to)` begins with, where it decodes alone; `media`
   * gives its bytes. Throws Fault `range_invalid`.
   */
  pictures(stream: string, from: Millis, to: Millis): Promise<RecordedPictures>;
  /** The broadcast is over, and no more media of it comes: also where nothing of this process recorded it. */
  ended(stream: string): void;
  /** The volume, and what each stream takes of it. */
  storage(): Promise<ArchiveStorage>;
  /** The volume has room for new exports (10 % free), new recordings (5 %), and renditions in them (7 %). */
  mayExport(): Promise<boolean>;
  mayRecord(rendition?: string): boolean;
}
