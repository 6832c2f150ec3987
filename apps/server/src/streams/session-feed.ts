import { type Frame, type Millis, sameConfig, type Track, VIDEO_TRACK } from "@oxbow/media";
import type { BeginReason, BroadcastOutput } from "./ports.ts";
import { type Anchor, anchorAt, carryAnchor, leadingTrack, Timeline } from "./timeline.ts";

/** How much media may pass, at most, before a stretch begins without a track that was announced. */
const GATHER_MS = 1_500;
/** Frames that are held while configurations are gathered or a keyframe is awaited. */
const HELD_FRAMES = 2_000;
const HELD_BYTES = 16 * 1024 * 1024;

/** The broadcast that a session's media goes to, once it has any. */
export type FeedTarget = {
  readonly output: BroadcastOutput;
  /** Where the broadcast stands: null for a new one. */
  readonly open: { readonly origin: Millis; readonly floor: Millis } | null;
  readonly reason: BeginReason;
  /** Told when the first stretch of the session begins. */
  readonly began: (anchor: Anchor, tracks: readonly Track[]) => void;
};

/**
 * Turns what one encoder sends into stretches: waits until the tracks are known, begins at a
 * keyframe, begins anew when the codec configuration or the encoder's clock changes.
 */
export class SessionFeed {
  readonly #now: () => Millis;
  readonly #target: () => FeedTarget;
  readonly #tracks = new Map<number, Track>();
  #expected: ReadonlySet<"video" | "audio"> = new Set();
  #held: Frame[] = [];
  #heldBytes = 0;
  #phase: "gathering" | "seeking" | "running" = "gathering";
  #next: { reason: BeginReason; anchor: Anchor | null } | null = null;
  #output: BroadcastOutput | null = null;
  #timeline: Timeline | null = null;
  /** Frames that were not carried: before the first keyframe, or in the wrong order. */
  dropped = 0;

  constructor(now: () => Millis, target: () => FeedTarget) {
    this.#now = now;
    this.#target = target;
  }

  /** In the order of their ids, whichever came first. */
  get tracks(): readonly Track[] {
    return [...this.#tracks.values()].toSorted((a, b) => a.id - b.id);
  }

  /** Which kinds of track the encoder says it will send. */
  expect(kinds: ReadonlySet<"video" | "audio">): void {
    this.#expected = kinds;
  }

  configure(track: Track): void {
    const before = this.#tracks.get(track.id);
    if (before && sameConfig(before.config, track.config)) return;
    this.#tracks.set(track.id, track);
    if (this.#phase === "gathering") return;
    const anchor = this.#timeline?.anchor ?? null;
    this.#seek("config", anchor);
  }

  frame(frame: Frame): void {
    if (this.#phase === "running") {
      this.#carry(frame);
      return;
    }
    this.#hold(frame);
    if (this.#phase === "gathering" && this.#gathered(frame)) this.#phase = "seeking";
    if (this.#phase === "seeking") this.#tryBegin();
  }

  /** Wall clock at which the media so far ends; undefined where there was none. */
  end(): Millis | undefined {
    return this.#timeline?.end();
  }

  /** As `BroadcastOutput.room`. */
  room(): Promise<void> | undefined {
    return this.#output?.room();
  }

  #gathered(frame: Frame): boolean {
    if (this.#tracks.size === 2) return true;
    const kinds = new Set([...this.#tracks.values()].map((track) => track.config.kind));
    const expected = [...this.#expected];
    if (expected.length > 0 && expected.every((kind) => kinds.has(kind))) return true;
    const first = this.#held.find((held) => held.track === frame.track);
    const timescale = this.#tracks.get(frame.track)?.timescale;
    if (!first || !timescale) return false;
    const full = this.#held.length >= HELD_FRAMES / 2 || this.#heldBytes >= HELD_BYTES / 2;
    return full || ((frame.dts - first.dts) / timescale) * 1000 >= GATHER_MS;
  }

  #hold(frame: Frame): void {
    this.#held.push(frame);
    this.#heldBytes += frame.data.length;
    while (this.#held.length > HELD_FRAMES || this.#heldBytes > HELD_BYTES) {
      const oldest = this.#held.shift();
      this.#heldBytes -= oldest?.data.length ?? 0;
      this.dropped++;
    }
  }

  #seek(reason: BeginReason, anchor: Anchor | null): void {
    this.#phase = "seeking";
    this.#next = { reason, anchor };
    this.#held = [];
    this.#heldBytes = 0;
  }

  #tryBegin(): void {
    const leading = leadingTrack(this.#tracks);
    if (!leading) return;
    const at = this.#held.findIndex((frame) => frame.track === leading.id && frame.key);
    const first = this.#held[at];
    if (!first) {
      this.#forgetPictures();
      return;
    }
    this.#begin(leading, first);
    const held = this.#held;
    this.#held = [];
    this.#heldBytes = 0;
    for (const [index, frame] of held.entries()) {
      if (frame.track === leading.id && index < at) this.dropped++;
      else this.frame(frame);
    }
  }

  /** While no keyframe has come, pictures are of no use; audio may lie after the keyframe to come. */
  #forgetPictures(): void {
    const before = this.#held.length;
    this.#held = this.#held.filter((frame) => frame.track !== VIDEO_TRACK);
    this.#heldBytes = this.#held.reduce((sum, frame) => sum + frame.data.length, 0);
    this.dropped += before - this.#held.length;
  }

  #begin(leading: Track, first: Frame): void {
    const { tracks } = this;
    const now = this.#now();
    if (!this.#output || !this.#next) {
      const target = this.#target();
      const anchor = anchorAt(first, leading, now, target.open);
      this.#output = target.output;
      this.#start(target.reason, tracks, anchor);
      target.began(anchor, tracks);
      return;
    }
    const floor = this.#timeline?.end() ?? now;
    const origin = this.#timeline?.anchor.origin ?? now;
    const anchor = this.#next.anchor
      ? carryAnchor(this.#next.anchor, first, leading)
      : anchorAt(first, leading, now, { origin, floor });
    this.#start(this.#next.reason, tracks, anchor);
  }

  #start(reason: BeginReason, tracks: readonly Track[], anchor: Anchor): void {
    this.#phase = "running";
    this.#next = null;
    this.#timeline = new Timeline(tracks, anchor, this.#now());
    this.#output?.begin({ reason, tracks, origin: anchor.origin, at: anchor.wall });
  }

  #carry(frame: Frame): void {
    const placed = this.#timeline?.place(frame, this.#now());
    if (placed === "jump") {
      this.#seek("timestamps", null);
      this.frame(frame);
    } else if (placed === "early" || placed === "late" || placed === undefined) {
      this.dropped++;
    } else {
      this.#output?.frame(placed);
    }
  }
}
