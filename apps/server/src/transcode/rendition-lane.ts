import { type Frame, type Millis, sameConfig, type Track } from "@oxbow/media";
import type { RenditionOutput, RenditionReason } from "./ports.ts";

/** A stretch of the source, as a rendition follows it. */
export type SourceStretch = {
  readonly reason: RenditionReason;
  readonly origin: Millis;
};

/** What one run gives of a rendition, in order. */
export interface Leg {
  /** What its pictures are; before the first of them. */
  configure(video: Track): void;
  /** `fresh`: the pictures before it are missing. */
  picture(frame: Frame, fresh?: boolean): void;
  sound(frame: Frame): void;
  /** Nothing more. `clean`: up to the source's own end, or to where the next leg begins. */
  close(clean: boolean): void;
}

/** What happened on a leg that is not at the front yet. */
type Step =
  | { readonly is: "configure"; readonly video: Track }
  | { readonly is: "picture"; readonly frame: Frame; readonly fresh: boolean }
  | { readonly is: "sound"; readonly frame: Frame }
  | { readonly is: "close"; readonly clean: boolean };

/** Frames that may wait for the leg before, or for the first picture: more than ten seconds of them. */
const MOST_WAITING = 2_000;

/**
 * Puts the runs of one rendition one behind the other. The next run may give pictures while the last
 * ones of the run before are awaited; where both are of one stretch and alike, nothing shows the seam.
 */
export class RenditionLane {
  readonly #output: RenditionOutput;
  readonly #legs: LaneLeg[] = [];
  /** What the output has open. */
  #open: { readonly stretch: SourceStretch; readonly tracks: readonly Track[] } | undefined;
  /** The stretch that its frames last began in. */
  #newest: SourceStretch | undefined;
  #isLost = false;
  /** Decode times that went out, by track: the next ones are greater. */
  readonly #last = new Map<number, number>();

  constructor(output: RenditionOutput) {
    this.#output = output;
  }

  /** @param sound its track of sound; undefined where the source has none */
  open(stretch: SourceStretch, sound: Track | undefined): Leg {
    const leg = new LaneLeg(stretch, sound, this);
    this.#legs.push(leg);
    if (this.#legs.length === 1) leg.come();
    return leg;
  }

  /** Nothing is being made: told once. */
  lost(): void {
    if (this.#isLost || this.#legs.length > 0) return;
    this.#isLost = true;
    this.#output.lost();
  }

  end(): void {
    this.#output.end();
  }

  /** Frames of the leg at the front begin. Gives whether they go on where the leg before ended. */
  begin(stretch: SourceStretch, tracks: readonly Track[], fresh: boolean): boolean {
    const before = this.#open;
    if (before !== undefined) {
      if (!fresh && before.stretch === stretch && sameTracks(before.tracks, tracks)) return true;
      // Between two legs that meet nothing is missing.
      this.#finish(!fresh);
    }
    const reason = this.#newest === stretch ? "restart" : stretch.reason;
    this.#newest = stretch;
    this.#open = { stretch, tracks };
    this.#isLost = false;
    this.#output.begin({ reason, tracks, origin: stretch.origin });
    return false;
  }

  frame(frame: Frame): void {
    const last = this.#last.get(frame.track);
    // Two runs that meet may both have the sound around the seam.
    if (last !== undefined && frame.dts <= last) return;
    this.#last.set(frame.track, frame.dts);
    this.#output.frame(frame);
  }

  /** The leg at the front is over. */
  closed(leg: LaneLeg, clean: boolean): void {
    this.#legs.shift();
    const next = this.#legs[0];
    const goesOn = clean && next !== undefined && next.stretch === leg.stretch;
    if (!goesOn) this.#finish(clean);
    next?.come();
  }

  #finish(clean: boolean): void {
    if (this.#open === undefined) return;
    this.#open = undefined;
    this.#output.finish(clean);
  }
}

class LaneLeg implements Leg {
  readonly stretch: SourceStretch;
  readonly #sound: Track | undefined;
  readonly #lane: RenditionLane;
  /** Undefined once it is at the front. */
  #waiting: Step[] | undefined = [];
  #closed = false;
  #video: Track | undefined;
  #begun = false;
  /** Sound that came before the first picture. */
  #early: Frame[] = [];

  constructor(stretch: SourceStretch, sound: Track | undefined, lane: RenditionLane) {
    this.stretch = stretch;
    this.#sound = sound;
    this.#lane = lane;
  }

  configure(video: Track): void {
    this.#take({ is: "configure", video });
  }

  picture(frame: Frame, fresh = false): void {
    this.#take({ is: "picture", frame, fresh });
  }

  sound(frame: Frame): void {
    if (this.#sound !== undefined) this.#take({ is: "sound", frame });
  }

  close(clean: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#take({ is: "close", clean });
  }

  /** It is at the front: what waited goes out. */
  come(): void {
    const steps = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const step of steps) this.#do(step);
  }

  #take(step: Step): void {
    if (this.#waiting === undefined) this.#do(step);
    else if (step.is === "close" || this.#waiting.length < MOST_WAITING) this.#waiting.push(step);
  }

  #do(step: Step): void {
    switch (step.is) {
      case "configure":
        this.#video = step.video;
        return;
      case "picture":
        this.#picture(step.frame, step.fresh);
        return;
      case "sound":
        this.#hear(step.frame);
        return;
      case "close":
        this.#lane.closed(this, step.clean);
        return;
      default:
        step satisfies never;
    }
  }

  #picture(frame: Frame, fresh: boolean): void {
    const video = this.#video;
    if (video === undefined) return;
    if (!this.#begun || fresh) {
      if (!frame.key) return;
      const tracks = this.#sound === undefined ? [video] : [video, this.#sound];
      const goesOn = this.#lane.begin(this.stretch, tracks, fresh);
      this.#begun = true;
      this.#hearEarly(goesOn ? Number.NEGATIVE_INFINITY : frame.dts / video.timescale);
    }
    this.#lane.frame(frame);
  }

  #hear(frame: Frame): void {
    if (this.#begun) this.#lane.frame(frame);
    else {
      this.#early.push(frame);
      if (this.#early.length > MOST_WAITING) this.#early.shift();
    }
  }

  /** Sound from the first picture on, which is shown at `from` seconds. */
  #hearEarly(from: number): void {
    const { config, timescale = 1 } = this.#sound ?? {};
    const unit = config?.kind === "audio" ? config.samplesPerFrame : 0;
    for (const frame of this.#early) {
      if ((frame.dts + unit) / timescale > from) this.#lane.frame(frame);
    }
    this.#early = [];
  }
}

function sameTracks(a: readonly Track[], b: readonly Track[]): boolean {
  return a.length === b.length && a.every((track, at) => isSame(track, b[at]));
}

function isSame(a: Track, b: Track | undefined): boolean {
  return b !== undefined && a.id === b.id && sameConfig(a.config, b.config);
}
