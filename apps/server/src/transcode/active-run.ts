import { type Frame, type Track, VIDEO_TRACK, type VideoConfig } from "@oxbow/media";
import { isNormalSound } from "./ladder-command.ts";
import { LadderRun, type LadderRunEnd, type LadderRunHost } from "./ladder-run.ts";
import { normalTrack } from "./normal-sound.ts";
import type { Rendition } from "./ports.ts";
import type { Leg, RenditionLane, SourceStretch } from "./rendition-lane.ts";

/** A stretch of the source, and what is to be made of it. */
export type LadderStretch = SourceStretch & {
  readonly video: Track & { readonly config: VideoConfig };
  readonly sound: Track | undefined;
  /** The costliest first. */
  readonly renditions: readonly Rendition[];
};

/** What a run needs besides its stretch. */
export type RunPlan = Omit<
  ConstructorParameters<typeof LadderRun>[0],
  "video" | "sound" | "renditions" | "host"
>;

/** How long a run that gets no more frames may take to give what it holds, in milliseconds. */
const DRAIN_MS = 2_000;

/** A run and the lanes that its frames go to. */
export class ActiveRun implements LadderRunHost {
  readonly stretch: LadderStretch;
  readonly renditions: readonly Rendition[];
  readonly run: LadderRun;
  readonly #normal: boolean;
  #legs: readonly Leg[] = [];
  #drain: NodeJS.Timeout | undefined;

  constructor(stretch: LadderStretch, renditions: readonly Rendition[], plan: RunPlan) {
    const { video, sound } = stretch;
    this.stretch = stretch;
    this.renditions = renditions;
    this.#normal = sound === undefined || isNormalSound(sound);
    const options = { ...plan, video, sound: this.#normal ? undefined : sound };
    this.run = new LadderRun({ ...options, renditions, host: this });
  }

  /** From here on frames are fed. */
  takeOver(laneOf: (rendition: Rendition) => RenditionLane): void {
    const { sound } = this.stretch;
    const track = sound === undefined || this.#normal ? sound : normalTrack(sound);
    this.#legs = this.renditions.map((each) => laneOf(each).open(this.stretch, track));
  }

  feed(frame: Frame): void {
    if (frame.track === VIDEO_TRACK || !this.#normal) this.run.feed(frame);
    else this.sound(frame);
  }

  /** No more frames: it ends within two seconds. */
  retire(): void {
    this.run.finish();
    this.#drain = setTimeout(() => this.run.kill(), DRAIN_MS);
  }

  /** It has ended: renditions that `goOn` are made by the next run from where this one ended. */
  close({ clean }: LadderRunEnd, goOn: (rendition: Rendition) => boolean): void {
    clearTimeout(this.#drain);
    this.renditions.forEach((rendition, place) => {
      this.#legs[place]?.close(clean && goOn(rendition));
    });
  }

  configured(place: number, config: VideoConfig): void {
    const { timescale, language } = this.stretch.video;
    this.#legs[place]?.configure({ id: VIDEO_TRACK, timescale, language, config });
  }

  picture(place: number, frame: Frame, fresh: boolean): void {
    this.#legs[place]?.picture(frame, fresh);
  }

  sound(frame: Frame): void {
    for (const leg of this.#legs) leg.sound(frame);
  }
}
