import type { Frame, Track } from "@oxbow/media";
import type { Segment, SegmentBeginning } from "./chunk.ts";
import type { CutRule, CutState, SegmentStart } from "./cut-rule.ts";
import { Lane, type LaneHost } from "./lane.ts";
import { OpenSegment } from "./open-segment.ts";

/** What bounds parts and segments. */
export type CutLimits = {
  readonly partMs: number;
  readonly segmentMs: number;
  /** How far one track may run ahead before the other counts as silent, in its own time. */
  readonly silentMs: number;
  /** Cost in bytes of what may be open, or wait for a slower track, or be held back: each. */
  readonly openBytes: number;
};

/** What a cutter asks of its packager. */
export interface CutterHost extends LaneHost {
  /** Longest duration of the segment that is open now. */
  longestMs(): number;
  /** A segment's length is known. */
  measured(seconds: number): void;
  /** It is decided where a segment begins. */
  segmentBegan(segment: SegmentBeginning): void;
  segmentSealed(segment: Segment): void;
}

/**
 * Cuts one stretch. A rule says where segments begin, by the lead track (the video, where there is
 * one); the frames of the others are held until the lead has reached their time, so that they are cut
 * at the same place. A track that falls silent holds the others back for `silentMs` once, then no more.
 */
export class StretchCutter implements CutState {
  /** The track that segments are cut by. */
  readonly lead: Lane;
  readonly #host: CutterHost;
  readonly #limits: CutLimits;
  readonly #rule: CutRule;
  readonly #followers: readonly Lane[];
  readonly #tracks: readonly [Track, ...Track[]];
  readonly #laneOf = new Map<number, Lane>();
  /** Unsealed segments; the last is the one that the lead fills. */
  readonly #segments: OpenSegment[];
  #open: OpenSegment;
  /** Time that the lead has surely reached, in its ticks. */
  #reached = Number.NEGATIVE_INFINITY;
  /** Presentation less decode time of the newest keyframe: the delay of reordering. */
  #delay = 0;

  /** `start`: where the first segment begins; with its first frame, unless told. */
  constructor(host: CutterHost, limits: CutLimits, rule: CutRule, start?: SegmentStart) {
    this.#host = host;
    this.#limits = limits;
    this.#rule = rule;
    const { tracks, firstSegment } = host.stretch;
    const lead = tracks.find((track) => track.config.kind === "video") ?? tracks[0];
    if (lead === undefined) throw new RangeError("A stretch needs at least one track");
    this.#tracks = [lead, ...tracks.filter((track) => track !== lead)];
    this.#open = new OpenSegment(firstSegment, this.#tracks);
    this.#segments = [this.#open];
    const lane = (track: Track, at: number): Lane =>
      new Lane(host, track, at, this.#open, limits.partMs);
    this.lead = lane(lead, 0);
    this.#followers = this.#tracks.slice(1).map((track, at) => lane(track, at + 1));
    for (const each of [this.lead, ...this.#followers]) this.#laneOf.set(each.track.id, each);
    if (this.#laneOf.size !== tracks.length) throw new RangeError("Two tracks have one id");
    if (start !== undefined) this.#beginOpen(start);
  }

  get open(): OpenSegment {
    return this.#open;
  }

  get delay(): number {
    return this.#delay;
  }

  /** Presentation time up to which the lead has come, in its ticks, with the frame that waits. */
  get reach(): number {
    const { pending, end } = this.lead;
    const { segmentMs } = this.#limits;
    const decoded = pending === undefined ? end : pending.dts + this.lead.lastDuration(segmentMs);
    return decoded + this.#delay;
  }

  /** Number of the first segment that no media was put into. */
  get nextSegment(): number {
    return this.#open.bytes > 0 || this.lead.pending !== undefined
      ? this.#open.number + 1
      : this.#open.number;
  }

  frame(frame: Frame): void {
    const lane = this.#laneOf.get(frame.track);
    if (lane === undefined) throw new RangeError(`Track ${frame.track} is not in the stretch`);
    const before = lane.held.at(-1) ?? lane.pending;
    if (before !== undefined && frame.dts <= before.dts) {
      throw new RangeError(`Decode time ${frame.dts} does not grow after ${before.dts}`);
    }
    if (lane === this.lead) this.#takeLead(frame);
    else {
      lane.held.push(frame);
      lane.heldBytes += frame.data.length;
      this.#release(lane);
    }
  }

  /**
   * Seals everything: no more frames will come. `whole`: the open segment ends here; else it breaks off,
   * and its open parts, which could be of any length, are let go.
   */
  finish(whole = true): void {
    const { segmentMs } = this.#limits;
    const lead = this.lead;
    if (lead.pending !== undefined) {
      this.#settleLead(lead.pending, lead.lastDuration(segmentMs));
      lead.pending = undefined;
    }
    for (const lane of this.#followers) {
      // Long audio after the last picture is cut by itself, a short rest goes with the last segment.
      const last = lane.held.at(-1);
      const rest = last === undefined ? 0 : this.#leadTicks(lane, last.dts) - lead.end;
      lead.silent = rest > this.#ticks(lead, segmentMs / 2);
      if (!lead.silent) this.#reached = Number.POSITIVE_INFINITY;
      this.#release(lane);
      if (lane.pending !== undefined) lane.append(lane.pending, lane.lastDuration(segmentMs));
      lane.pending = undefined;
    }
    if (!whole) for (const lane of this.#laneOf.values()) lane.breakOff(this.#open);
    this.#measureLast();
    const after = new OpenSegment(this.#open.number + 1, this.#tracks);
    for (const lane of [lead, ...this.#followers]) lane.enter(after);
    this.#sealReady();
  }

  #beginOpen(start: SegmentStart): void {
    this.#open.start = start;
    const { stretch } = this.#host;
    const { timescale } = this.lead.track;
    const { number } = this.#open;
    this.#host.segmentBegan({ stretch, number, shown: start.shown, timescale });
  }

  #takeLead(frame: Frame): void {
    const { lead } = this;
    lead.silent = false;
    if (this.#open.start === undefined) {
      this.#beginOpen({ shown: frame.dts + frame.cto, dts: frame.dts });
    }
    if (lead.pending !== undefined) this.#settleLead(lead.pending, frame.dts - lead.pending.dts);
    for (let start = this.#rule.beforeNewest(frame, this); start !== undefined; ) {
      this.#cut(start);
      start = this.#rule.beforeNewest(frame, this);
    }
    if (frame.key) this.#delay = frame.cto;
    lead.pending = frame;
    this.#reached = frame.dts + Math.min(0, this.#delay);
    for (const lane of this.#followers) {
      this.#release(lane);
      this.#leaveBehind(lane);
    }
  }

  /** Appends a frame of the lead whose duration is known; cuts before it where the rule says so. */
  #settleLead(frame: Frame, duration: number): void {
    for (let start = this.#rule.beforeSettled(frame, duration, this); start !== undefined; ) {
      this.#cut(start);
      start = this.#rule.beforeSettled(frame, duration, this);
    }
    this.lead.append(frame, duration);
  }

  /** Ends the open segment: the next begins here. */
  #cut(start: SegmentStart): void {
    const open = this.#open;
    open.end = start.shown;
    this.#measure(start.dts - (open.start?.dts ?? start.dts));
    this.#open = new OpenSegment(open.number + 1, this.#tracks);
    this.#segments.push(this.#open);
    this.#beginOpen(start);
    this.lead.enter(this.#open);
    this.#sealReady();
  }

  /** Lets out the held frames whose place is certain, or whose lead is silent. */
  #release(lane: Lane): void {
    for (let head = lane.held[0]; head !== undefined; head = lane.held[0]) {
      const behind = lane.segment !== this.#open;
      if (!behind && this.#leadTicks(lane, head.dts + head.cto) >= this.#reached) {
        if (!this.#overdue(lane, head)) break;
        this.#cutWithoutLead(lane, head, false);
      } else if (this.#reached === Number.POSITIVE_INFINITY) {
        this.#cutWithoutLead(lane, head, true);
      }
      lane.held.shift();
      lane.heldBytes -= head.data.length;
      this.#follow(lane, head);
    }
  }

  /** Whether this head of a queue can wait for the lead no longer: then the lead counts as silent. */
  #overdue(lane: Lane, head: Frame): boolean {
    const lead = this.lead;
    if (lead.silent) return true;
    const newest = lane.held.at(-1) ?? head;
    const span = newest.dts - head.dts;
    if (span >= this.#ticks(lane, this.#limits.silentMs)) lead.silent = true;
    return lead.silent || lane.heldBytes > this.#limits.openBytes;
  }

  /** Where the lead has nothing, segments are cut by the time of this frame. */
  #cutWithoutLead(lane: Lane, frame: Frame, ended: boolean): void {
    const shown = this.#leadTicks(lane, frame.dts + frame.cto);
    for (let start = this.#rule.withoutLead(shown, ended, this); start !== undefined; ) {
      this.#cut(start);
      start = this.#rule.withoutLead(shown, ended, this);
    }
  }

  /** A frame of a follower, in its place. */
  #follow(lane: Lane, frame: Frame): void {
    const shown = this.#leadTicks(lane, frame.dts + frame.cto);
    if (this.#open.start === undefined) {
      this.#beginOpen({ shown: Math.floor(shown), dts: Math.floor(shown) });
    }
    lane.silent = false;
    if (lane.pending !== undefined) lane.append(lane.pending, frame.dts - lane.pending.dts);
    lane.pending = frame;
    let moved = false;
    while (lane.segment.end !== undefined && shown >= lane.segment.end) {
      this.#advance(lane);
      moved = true;
    }
    if (moved) this.#sealReady();
  }

  /** A follower that does not send holds finished segments back for a bounded time. */
  #leaveBehind(lane: Lane): void {
    if (lane.segment === this.#open) return;
    const patience = this.#ticks(this.lead, this.#limits.silentMs);
    while (lane.segment.end !== undefined) {
      const waited = this.#reached - lane.segment.end;
      if (!lane.silent && waited < patience && this.#waiting() <= this.#limits.openBytes) break;
      lane.silent = true;
      this.#advance(lane);
    }
    this.#sealReady();
  }

  /** Cost of the segments that wait for a follower. */
  #waiting(): number {
    let bytes = 0;
    for (const segment of this.#segments) if (segment !== this.#open) bytes += segment.bytes;
    return bytes;
  }

  #advance(lane: Lane): void {
    const first = this.#segments[0]?.number ?? 0;
    lane.enter(this.#segments[lane.segment.number + 1 - first] ?? this.#open);
  }

  /** Hands on the segments that every track has left. */
  #sealReady(): void {
    let reached = this.lead.segment.number;
    for (const lane of this.#followers) reached = Math.min(reached, lane.segment.number);
    for (let head = this.#segments[0]; head !== undefined; head = this.#segments[0]) {
      if (head.number >= reached) return;
      this.#segments.shift();
      const sealed = head.seal(this.#host.stretch, this.#tracks);
      if (sealed !== undefined) this.#host.segmentSealed(sealed);
    }
  }

  /** Length of the last segment of the stretch, by the track that reaches farthest into it. */
  #measureLast(): void {
    const open = this.#open;
    if (open.bytes === 0 || open.start === undefined) return;
    const lead = this.lead;
    let ticks = open.independent === undefined ? 0 : lead.end - open.start.dts;
    if (ticks <= 0 || lead.silent) {
      for (const lane of this.#followers) {
        ticks = Math.max(ticks, this.#leadTicks(lane, lane.end) - open.start.shown);
      }
    }
    this.#measure(ticks);
  }

  /** Sets the length of the open segment. Time in which all tracks were silent is in no segment. */
  #measure(ticks: number): void {
    const open = this.#open;
    const seconds = Math.max(0, ticks) / this.lead.track.timescale;
    open.seconds = open.isOnePicture ? seconds : Math.min(seconds, this.#host.longestMs() / 1000);
    this.#host.measured(open.seconds);
  }

  #ticks(lane: Lane, ms: number): number {
    return (ms * lane.track.timescale) / 1000;
  }

  /** A lane's time in the lead's ticks, exact to the last bit that a comparison needs. */
  #leadTicks(lane: Lane, ticks: number): number {
    return (ticks * this.lead.track.timescale) / lane.track.timescale;
  }
}
