import { type Millis, millis } from "@oxbow/media";
import type { Chunk, Stretch } from "../packager/index.ts";
import type { World } from "../world.ts";
import type { ArchiveLimits } from "./archive-limits.ts";
import type { ArchiveStore } from "./archive-store.ts";
import { diskReason } from "./disk-fault.ts";
import { earliestLead } from "./index-record.ts";
import type { LiveStretches } from "./live-stretches.ts";
import { LossLog } from "./loss-log.ts";
import { leadingTrack } from "./media-clock.ts";
import { OpenStretch } from "./open-stretch.ts";
import { type PlacedFile, type PlaylistPlace, placeAfter } from "./playlist-place.ts";
import type { GapReason } from "./resolved-range.ts";
import { SOURCE, type StoredReason, type StretchRow } from "./stored-stretch.ts";
import type { SyncGate } from "./sync-gate.ts";

export type RecordingOptions = {
  readonly root: string;
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  /** Of whatever is not the source, losses are logged and not told: nothing of the source is missing. */
  readonly rendition: string;
  readonly store: ArchiveStore;
  readonly world: World;
  readonly limits: ArchiveLimits;
  readonly live: LiveStretches;
  readonly gate: SyncGate;
  /** False while the volume is too full to record. */
  readonly mayRecord: () => boolean;
};

/** A file goes on for so many times its length where no keyframe comes to begin another with. */
const OVERLONG = 1.5;

/** A segment that is complete: its number, where it begins and ends, and its length. */
export type SealedSegment = {
  readonly number: number;
  readonly independent: boolean;
  readonly from: Millis;
  readonly to: Millis;
  readonly ms: number;
};

/** Media that is not on disk, up to now. `segment`: the newest one that lost something. */
type Loss = { readonly reason: GapReason; readonly from: Millis; to: Millis; segment: number };

/**
 * Writes one broadcast into files. Calls come one after another, each after the one before has
 * resolved; none rejects. When the disk refuses, media is dropped up to the next segment, which is
 * tried in a new file.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #losses: LossLog | undefined;
  #stretch: Stretch | undefined;
  #file: OpenStretch | undefined;
  /** The file to open next goes on where the one before was full. */
  #continues = false;
  /** Chunks of a file that is not open yet: its beginning is not known, or the one before is not complete. */
  #held: Chunk[] = [];
  /** Chunks for the next write to the open file. */
  #batch: Chunk[] = [];
  /** First segment of the next file, and whether it begins with a keyframe. */
  #rotation: { readonly at: number; sure: boolean } | undefined;
  #newestSegment = -1;
  #sealedSegment = -1;
  #segmentMs = 0;
  /** From one segment that a decoder can start with to the next, and where the last one was. */
  #groupMs = 0;
  #groupFrom: Millis | undefined;
  #loss: Loss | undefined;
  /** The broadcast's last file that is complete. */
  #last: StretchRow | undefined;

  constructor(options: RecordingOptions) {
    this.#options = options;
    this.#losses = options.rendition === SOURCE ? new LossLog(options) : undefined;
  }

  begin(stretch: Stretch): void {
    this.#stretch = stretch;
    this.#continues = false;
    this.#groupFrom = undefined;
    this.#newestSegment = stretch.firstSegment - 1;
    this.#sealedSegment = stretch.firstSegment - 1;
  }

  async chunk(chunk: Chunk): Promise<void> {
    if (this.#stretch === undefined) return;
    if (this.#loss !== undefined && chunk.segment <= this.#loss.segment) {
      this.#loss.to = later(this.#loss.to, endOf(chunk));
      return;
    }
    if (chunk.segment > this.#newestSegment) {
      this.#newestSegment = chunk.segment;
      if (!this.#options.mayRecord()) {
        await this.lose("disk_full", chunk.segment, chunk.wall, endOf(chunk));
        return;
      }
      if (this.#file !== undefined && this.#isFull(this.#file, chunk)) {
        this.#rotation ??= { at: chunk.segment, sure: false };
      }
    }
    // A chunk of the segment that the open file is to end with still belongs there.
    if (this.#file !== undefined && chunk.segment < (this.#rotation?.at ?? Infinity)) {
      this.#batch.push(chunk);
      return;
    }
    this.#held.push(chunk);
    if (chunk.track === leadingTrack(this.#stretch.tracks)?.id) await this.#decide(chunk);
  }

  /** The first chunk of the leading track says whether a file can begin with its segment. */
  async #decide(chunk: Chunk): Promise<void> {
    if (this.#file === undefined) {
      if (this.#loss === undefined || chunk.independent) await this.#open();
      else await this.lose(this.#loss.reason, chunk.segment, chunk.wall, endOf(chunk));
      return;
    }
    const rotation = this.#rotation;
    if (rotation === undefined || rotation.sure) return;
    const { fileMs } = this.#options.limits;
    if (chunk.independent || chunk.wall - this.#file.row.from > fileMs * OVERLONG) {
      rotation.sure = true;
      if (rotation.at === this.#sealedSegment + 1) await this.#rotate();
    } else {
      this.#batch.push(...this.#held);
      this.#held = [];
      this.#rotation = undefined;
    }
  }

  /** Writes the chunks that were collected. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    if (batch.length === 0 || this.#file === undefined) return;
    this.#batch = [];
    try {
      await this.#file.append(batch);
    } catch (error) {
      await this.#fail(error, batch);
    }
  }

  async seal(segment: SealedSegment): Promise<void> {
    await this.flush();
    this.#losses?.retry();
    if (this.#file === undefined) await this.#open(true);
    if (this.#file === undefined || segment.number < this.#file.row.firstSegment) {
      this.#loseSegment(segment);
      return;
    }
    this.#sealedSegment = segment.number;
    this.#segmentMs = segment.ms;
    if (segment.independent) {
      this.#groupMs = segment.from - (this.#groupFrom ?? segment.from);
      this.#groupFrom = segment.from;
    }
    try {
      this.#file.seal(segment.number, segment.to);
    } catch (error) {
      await this.#fail(error, []);
      return;
    }
    const rotation = this.#rotation;
    if (rotation === undefined) return;
    // A segment that was complete without its leading track: the track has fallen silent.
    const silent = rotation.at <= segment.number;
    if (silent || (rotation.sure && rotation.at === segment.number + 1)) await this.#rotate();
  }

  /** Media up to and in `segment` was dropped. */
  async lose(reason: GapReason, segment: number, from: Millis, to: Millis): Promise<void> {
    await this.flush();
    if (this.#loss === undefined) {
      const { world, stream, broadcast, rendition } = this.#options;
      world.log.error({ stream: stream.id, broadcast, rendition, reason }, "recording has a gap");
    }
    const held = this.#held;
    const start = (await this.#leaveFile()) ?? held[0]?.wall ?? from;
    this.#loss ??= { reason, from: start, to, segment };
    this.#loss.to = later(this.#loss.to, to);
    this.#loss.segment = Math.max(this.#loss.segment, segment);
  }

  /** No more media in this stretch. */
  async end(): Promise<void> {
    await this.flush();
    if (this.#rotation !== undefined) await this.#rotate();
    if (this.#file === undefined) await this.#open(true);
    await this.#leaveFile();
    this.#tellLoss();
    this.#stretch = undefined;
  }

  /** Nothing is being made for now. */
  idle(): void {
    const { live, stream, broadcast, rendition } = this.#options;
    live.lost({ stream: stream.id, broadcast, rendition });
  }

  /** All that is written is synced. */
  async synced(): Promise<void> {
    await this.flush();
    try {
      await this.#file?.synced();
    } catch (error) {
      await this.#fail(error, []);
    }
  }

  async close(): Promise<void> {
    if (this.#stretch !== undefined) await this.end();
    await this.#losses?.settled();
  }

  #isFull(file: OpenStretch, chunk: Chunk): boolean {
    const group = Math.max(this.#segmentMs, this.#groupMs);
    return chunk.wall + group - file.row.from > this.#options.limits.fileMs;
  }

  async #rotate(): Promise<void> {
    await this.flush();
    const held = this.#held;
    // A flush that failed has left the file, and lost what was held with it.
    if (this.#file === undefined) return;
    await this.#leaveFile();
    this.#held = held;
    this.#continues = true;
    await this.#open(true);
  }

  /** Opens a file for the chunks that are held once its beginning is known, or at once if `anyway`. */
  async #open(anyway = false): Promise<void> {
    const { root, world, gate, limits } = this.#options;
    const stretch = this.#stretch;
    if (stretch === undefined) return;
    const leading = leadingTrack(stretch.tracks)?.id;
    const known = this.#held.find(({ track }) => track === leading);
    const first = known ?? (anyway ? this.#held[0] : undefined);
    if (first === undefined) return;
    const held = this.#held;
    this.#held = [];
    const begin = {
      root,
      id: world.id("stt"),
      stretch,
      reason: this.#nextReason(stretch),
      firstSegment: held.reduce((least, { segment }) => Math.min(least, segment), first.segment),
      from: begins(first),
      createdAt: world.now(),
      gate,
    };
    try {
      const place = await this.#placeOf({ stretch: stretch.id, from: begin.from });
      const options = { ...this.#options, growMs: limits.growMs };
      this.#file = await OpenStretch.open({ ...begin, place }, options);
      await this.#file.append(held);
      this.#tellLoss(begin.from);
    } catch (error) {
      await this.#fail(error, held);
    }
  }

  /** A rendition's playlists are numbered by those of the source. */
  async #placeOf(file: PlacedFile): Promise<PlaylistPlace> {
    const { rendition, store, broadcast } = this.#options;
    if (rendition !== SOURCE) return { sequence: 0, discontinuity: 0 };
    return placeAfter((this.#last ??= await store.lastStretch(broadcast)), file);
  }

  #nextReason(stretch: Stretch): StoredReason {
    if (this.#loss !== undefined) return "lost";
    return this.#continues ? "length" : stretch.reason;
  }

  /** The disk refused: what is at hand, and the rest of its segment, is lost. */
  async #fail(error: unknown, chunks: readonly Chunk[]): Promise<void> {
    const { world, stream, broadcast, rendition } = this.#options;
    const reason = diskReason(error);
    const lost = [...chunks, ...this.#batch, ...this.#held];
    if (this.#loss === undefined) {
      const told = { err: error, stream: stream.id, broadcast, rendition, reason };
      world.log.error(told, "recording has a gap");
    }
    const from = (await this.#leaveFile()) ?? lost[0]?.wall;
    if (from === undefined) return;
    const segment = this.#newestSegment;
    this.#loss ??= { reason, from, to: from, segment };
    this.#loss.segment = Math.max(this.#loss.segment, segment);
    for (const chunk of lost) this.#loss.to = later(this.#loss.to, endOf(chunk));
  }

  /** Closes the open file and forgets what waits; answers where the file's media ends. */
  async #leaveFile(): Promise<Millis | undefined> {
    const file = this.#file;
    this.#file = undefined;
    this.#rotation = undefined;
    this.#batch = [];
    this.#held = [];
    const extent = await file?.close();
    if (file === undefined || extent === undefined) return undefined;
    this.#last = { ...file.row, ...extent };
    return extent.to;
  }

  #loseSegment(segment: SealedSegment): void {
    const loss = this.#loss;
    if (loss === undefined || this.#stretch === undefined) return;
    loss.to = later(loss.to, segment.to);
    if (loss.to - loss.from < this.#options.limits.lossMs) return;
    this.#losses?.add({ reason: loss.reason, from: loss.from, to: loss.to });
    this.#loss = { ...loss, from: loss.to };
  }

  /** The loss is over: media goes on at `until`, or nothing more comes. */
  #tellLoss(until?: Millis): void {
    const loss = this.#loss;
    if (loss === undefined) return;
    this.#loss = undefined;
    this.#losses?.add({ reason: loss.reason, from: loss.from, to: until ?? loss.to });
  }
}

function later(a: Millis, b: Millis): Millis {
  return a > b ? a : b;
}

/** Rounded down: no picture is shown before the millisecond that its file begins with. */
function begins({ stretch, track: id, dts, samples, wall }: Chunk): Millis {
  const track = stretch.tracks.find((one) => one.id === id);
  if (track === undefined) return wall;
  const at = ((dts + earliestLead(samples)) * 1000) / track.timescale;
  return millis(stretch.origin + Math.floor(at));
}

function endOf(chunk: Chunk): Millis {
  const track = chunk.stretch.tracks.find(({ id }) => id === chunk.track);
  return millis(chunk.wall + (chunk.duration * 1000) / (track?.timescale ?? 1000));
}
