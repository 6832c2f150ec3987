import {
  AUDIO_TRACK,
  type Frame,
  type Millis,
  millis,
  rescale,
  type Track,
  VIDEO_TIMESCALE,
  VIDEO_TRACK,
} from "@oxbow/media";

/** Encoders give audio times in whole milliseconds; within this the sample count is the better clock. */
const AUDIO_JITTER_MS = 15;
/** A step back further than this, or forward further than this beyond the time that passed, is a new clock. */
const BACK_MS = 1_000;
const FORWARD_MS = 10_000;
const FORWARD_BEYOND_CLOCK_MS = 5_000;

/** Where session time meets the wall clock and the broadcast's ticks. */
export type Anchor = {
  /** The presentation time, on the encoder's clock, of the first picture (first audio unit without video), in 1/90000 s. */
  readonly sessionTicks: number;
  /** Wall clock of that presentation time. */
  readonly wall: Millis;
  /** Wall clock of the broadcast's tick 0. */
  readonly origin: Millis;
};

type TrackClock = {
  readonly track: Track;
  /** Ticks that are added to session time. */
  readonly offset: number;
  /** First broadcast tick that is carried. */
  readonly from: number;
  /** Last decode time given out, and the next one by sample count. */
  last: number;
  expected: number;
  /** Where what was given out so far has been shown. */
  shown: number;
  /** Of the last frame, on the encoder's clock, in milliseconds; and when it came. */
  sessionMs: number;
  cameAt: number;
  joined: boolean;
};

/** What becomes of a frame. "jump": the encoder's clock was set anew; start again at a keyframe. */
export type Placement = Frame | "early" | "late" | "jump";

/**
 * Moves the frames of one stretch from the encoder's clock to the broadcast's timeline: strictly
 * growing decode times, audio on its sample clock, nothing before the first picture. Presentation
 * times of pictures are kept to the tick.
 */
export class Timeline {
  readonly anchor: Anchor;
  readonly #clocks = new Map<number, TrackClock>();
  readonly #began: Millis;

  constructor(tracks: readonly Track[], anchor: Anchor, now: Millis) {
    this.anchor = anchor;
    this.#began = now;
    const start = (anchor.wall - anchor.origin) * (VIDEO_TIMESCALE / 1000);
    for (const track of tracks) {
      const ticks = (at: number) => rescale(at, VIDEO_TIMESCALE, track.timescale);
      this.#clocks.set(track.id, {
        track,
        offset: ticks(start) - ticks(anchor.sessionTicks),
        from: track.config.kind === "video" ? 0 : ticks(start),
        last: -1,
        expected: -1,
        shown: -1,
        sessionMs: (anchor.sessionTicks / VIDEO_TIMESCALE) * 1000,
        cameAt: now,
        joined: false,
      });
    }
  }

  place(frame: Frame, now: Millis): Placement {
    const clock = this.#clocks.get(frame.track);
    if (!clock) return "early";
    const sessionMs = (frame.dts / clock.track.timescale) * 1000;
    if (isJump(clock, sessionMs, now)) {
      // Right after a jump, units of the clock that was may still arrive on the other track.
      return clock.joined || now - this.#began > FORWARD_BEYOND_CLOCK_MS ? "jump" : "late";
    }
    clock.joined = true;
    clock.sessionMs = sessionMs;
    clock.cameAt = now;
    return clock.track.config.kind === "audio"
      ? placeAudio(frame, clock, clock.track.config.samplesPerFrame)
      : placeVideo(frame, clock);
  }

  /** Wall clock at which everything given out so far has been shown. */
  end(): Millis {
    let end: number = this.anchor.wall;
    for (const { track, shown } of this.#clocks.values()) {
      end = Math.max(end, this.anchor.origin + (shown / track.timescale) * 1000);
    }
    return millis(Math.ceil(end));
  }
}

function isJump(clock: TrackClock, sessionMs: number, now: Millis): boolean {
  const moved = sessionMs - clock.sessionMs;
  if (moved < -BACK_MS) return true;
  return moved > FORWARD_MS && moved - (now - clock.cameAt) > FORWARD_BEYOND_CLOCK_MS;
}

function placeAudio(frame: Frame, clock: TrackClock, unit: number): Placement {
  let dts = frame.dts + clock.offset;
  if (clock.expected >= 0) {
    const tolerance = (AUDIO_JITTER_MS * clock.track.timescale) / 1000;
    if (Math.abs(dts - clock.expected) <= tolerance) dts = clock.expected;
  }
  if (dts + unit <= clock.from || dts < 0) return "early";
  if (dts <= clock.last) return "late";
  clock.last = dts;
  clock.expected = dts + unit;
  clock.shown = clock.expected;
  return { track: frame.track, dts, cto: frame.cto, key: true, data: frame.data };
}

function placeVideo(frame: Frame, clock: TrackClock): Placement {
  const pts = frame.dts + frame.cto + clock.offset;
  let dts = frame.dts + clock.offset;
  if (dts < 0) return "early";
  if (dts <= clock.last) dts = clock.last + 1;
  // The length of the picture that is last in decode order is not known yet: as long as the one before.
  clock.expected = clock.last < 0 ? dts : dts + (dts - clock.last);
  clock.last = dts;
  // B-frames are sent after a picture that is shown later than they are.
  clock.shown = Math.max(clock.shown, pts + clock.expected - dts);
  return { track: frame.track, dts, cto: pts - dts, key: frame.key, data: frame.data };
}

/**
 * Anchors a stretch whose first frame is `first`. `floor` is the end of the broadcast's media so far
 * (null for a new broadcast): media pushed faster than real time may end after `now`.
 */
export function anchorAt(
  first: Frame,
  track: Track,
  now: Millis,
  open: { readonly origin: Millis; readonly floor: Millis } | null,
): Anchor {
  const pts = rescale(first.dts + first.cto, track.timescale, VIDEO_TIMESCALE);
  // Decode times come before presentation times; neither may be negative, nor overlap what was.
  const leadMs = Math.max(0, Math.ceil((first.cto / track.timescale) * 1000));
  const wall = open ? millis(Math.max(now, open.floor + leadMs)) : now;
  const origin = open ? open.origin : millis(now - leadMs);
  return { sessionTicks: pts, wall, origin };
}

/** The same clock, anchored anew at `first`: a stretch that begins because the configuration changed. */
export function carryAnchor(anchor: Anchor, first: Frame, track: Track): Anchor {
  const pts = rescale(first.dts + first.cto, track.timescale, VIDEO_TIMESCALE);
  const perMs = VIDEO_TIMESCALE / 1000;
  // Whole milliseconds, so that not a tick is moved.
  const passed = Math.floor((pts - anchor.sessionTicks) / perMs);
  return {
    sessionTicks: anchor.sessionTicks + passed * perMs,
    wall: millis(anchor.wall + passed),
    origin: anchor.origin,
  };
}

/** The track that a stretch starts with: video where there is one. */
export function leadingTrack(tracks: ReadonlyMap<number, Track>): Track | undefined {
  return tracks.get(VIDEO_TRACK) ?? tracks.get(AUDIO_TRACK);
}
