import { writeFragmentHeader } from "@oxbow/containers";
import { type Frame, rescale, type Track } from "@oxbow/media";
import type { Chunk, Stretch } from "./chunk.ts";
import { OpenPart } from "./open-part.ts";
import { type OpenSegment, wallOf } from "./open-segment.ts";

// Pictures a second where the bitstream does not say: the length of a picture that stands alone.
const UNSTATED_FRAME_RATE = 30;
// An open part that has room for less than this share of a frame like the last is full.
const ROOM = 0.9;

/** Where a lane puts the parts that it sealed. */
export interface LaneHost {
  readonly stretch: Stretch;
  /** Sequence number of the next fragment. */
  sequence(): number;
  chunkSealed(chunk: Chunk): void;
  trackLeft(place: Pick<Chunk, "stretch" | "track" | "segment">): void;
}

/** One track of a stretch: the frame that waits for its duration, and the open part. */
export class Lane {
  readonly track: Track;
  readonly index: number;
  readonly ticksInPart: number;
  /** The newest frame: its duration is known when the next one comes. */
  pending: Frame | undefined;
  /** The segment that its next sample belongs to. */
  segment: OpenSegment;
  /** It stopped sending; nobody waits for it until it sends again. */
  silent = false;
  /** Frames that came before the lead track has reached their time. */
  readonly held: Frame[] = [];
  heldBytes = 0;

  readonly #host: LaneHost;
  readonly #part = new OpenPart();
  readonly #nominal: number;
  #lastDuration: number;

  constructor(host: LaneHost, track: Track, index: number, segment: OpenSegment, partMs: number) {
    this.#host = host;
    this.track = track;
    this.index = index;
    this.segment = segment;
    this.ticksInPart = Math.max(1, Math.floor((partMs * track.timescale) / 1000));
    this.#nominal = nominalDuration(track);
    this.#lastDuration = this.#nominal;
  }

  /** Ticks for a frame after which none comes: those of the frame before, at most `longestMs`. */
  lastDuration(longestMs: number): number {
    // A hole in the audio shows as one long unit; the units themselves are all of one length.
    const ticks = this.track.config.kind === "audio" ? this.#nominal : this.#lastDuration;
    return Math.max(1, Math.min(ticks, Math.floor((longestMs * this.track.timescale) / 1000)));
  }

  /** Adds a sample to the open part, and seals the part before or after it where it would be too long. */
  append(frame: Frame, duration: number): void {
    const part = this.#part;
    if (part.count > 0 && part.ticks + duration > this.ticksInPart) this.sealPart();
    part.add(frame, duration);
    this.segment.took(this.index, frame);
    this.#lastDuration = duration;
    if (this.ticksInPart - part.ticks < duration * ROOM) this.sealPart();
  }

  /** Seals what is open and goes on in the next segment. */
  enter(segment: OpenSegment): void {
    this.sealPart(true);
    const { stretch } = this.#host;
    this.#host.trackLeft({ stretch, track: this.track.id, segment: this.segment.number });
    this.segment = segment;
  }

  /** End of the last appended sample, in ticks. */
  get end(): number {
    if (this.#part.count > 0) return this.#part.dts + this.#part.ticks;
    return this.#sealedEnd;
  }
  #sealedEnd = 0;

  /** Lets the open part of a segment go, where it is in that one. */
  breakOff(segment: OpenSegment): void {
    if (this.segment === segment) this.#part.clear();
  }

  /** Makes the open part, if there is one, a chunk. */
  sealPart(cutShort = false): void {
    const part = this.#part;
    if (part.count === 0) return;
    const { stretch } = this.#host;
    const samples = part.run();
    const header = writeFragmentHeader({
      sequence: this.#host.sequence(),
      track: this.track.id,
      dts: part.dts,
      samples,
    });
    part.buffers[0] = header;
    const chunk: Chunk = {
      stretch,
      track: this.track.id,
      segment: this.segment.number,
      part: this.segment.parts(this.index),
      dts: part.dts,
      duration: part.ticks,
      wall: wallOf(stretch.origin, part.earliest, this.track.timescale),
      segmentWall: this.segment.wall(stretch.origin),
      cutShort,
      independent: samples.syncs === "all" || samples.syncs[0] === 0,
      samples,
      buffers: part.buffers,
      bytes: header.length + part.bytes,
      headerBytes: header.length,
    };
    this.#sealedEnd = part.dts + part.ticks;
    part.clear();
    this.segment.add(this.index, chunk);
    this.#host.chunkSealed(chunk);
  }
}

/** Ticks of one frame, as the track's configuration has it. */
export function nominalDuration(track: Track): number {
  const { config, timescale } = track;
  if (config.kind === "audio") return rescale(config.samplesPerFrame, config.sampleRate, timescale);
  const rate =
    config.frameRate !== undefined && config.frameRate > 0 ? config.frameRate : UNSTATED_FRAME_RATE;
  return Math.round(timescale / rate);
}
