import type { Ladder, TranscoderHealth } from "@oxbow/contract";
import { type Frame, type Millis, millis, type Track, VIDEO_TRACK } from "@oxbow/media";
import { ActiveRun, type LadderStretch, type RunPlan } from "./active-run.ts";
import { type EncoderName, isHardware, type LadderLatency, SOFTWARE } from "./encoder.ts";
import { GuardedOutput } from "./guarded-output.ts";
import { resolveLadder } from "./ladder.ts";
import {
  isOff,
  type LadderAction,
  type LadderInput,
  type LadderLimits,
  madePlaces,
  NO_LADDER,
  stepLadder,
} from "./ladder-control.ts";
import type { LadderRun, LadderRunEnd } from "./ladder-run.ts";
import type {
  DegradedReason,
  Rendition,
  RenditionOutput,
  RenditionReason,
  SourceTap,
  TranscoderNews,
} from "./ports.ts";
import { RenditionLane } from "./rendition-lane.ts";
import type { RunFigures } from "./run-pace.ts";
import { TroubleLog } from "./trouble-log.ts";

/** What is asked of the renditions of one broadcast, and who gets them. */
export type LadderRequest = {
  readonly stream: { readonly id: string; readonly name: string };
  readonly broadcast: string;
  readonly ladder: Ladder;
  /** `low` unless told: pictures come at once, and need more bits. */
  readonly latency?: LadderLatency;
  /** Asked once for each rendition, before its first frame. */
  readonly outputs: (rendition: Rendition) => RenditionOutput;
  readonly news: TranscoderNews;
};

/** Follows the source of one broadcast. */
export interface StreamTranscoder extends SourceTap {
  /** How it does; null where nothing is to be made. */
  readonly status: TranscoderHealth | null;
}

/** What all streams share. */
export type TranscodeMeans = {
  readonly plan: Omit<RunPlan, "encoder" | "latency">;
  readonly limits: LadderLimits;
  /** How often it is looked how a run does, in milliseconds. */
  readonly lookMs: number;
  /** The encoder that works here; undefined where none does. */
  readonly encoder: () => Promise<EncoderName | undefined>;
  /** Room for one more process, given back by the call; undefined where there is none. */
  readonly room: () => (() => void) | undefined;
  /** What went wrong, for whoever runs the server. */
  readonly log: (what: string, facts: Readonly<Record<string, unknown>>) => void;
  /** The broadcast is over and nothing of it runs. */
  readonly over: () => void;
};

/** Reading the memory of a process costs a file: each fourth look. */
const MEMORY_LOOKS = 4;
/** A killed process is gone by then; the end of a broadcast does not wait longer for any. */
const END_MS = 3_000;

/** The renditions of one broadcast: one run of ffmpeg at a time, and what becomes of it. */
export class BroadcastTranscoder implements StreamTranscoder {
  readonly #request: LadderRequest;
  readonly #means: TranscodeMeans;
  readonly #lanes = new Map<string, RenditionLane>();
  readonly #trouble: TroubleLog;
  /** Runs that are not over, those that were retired or killed included, and when they are. */
  readonly #runs = new Map<ActiveRun, Promise<void>>();
  #state = NO_LADDER;
  #stretch: LadderStretch | undefined;
  #current: ActiveRun | undefined;
  /** Takes over at the next keyframe. */
  #next: ActiveRun | undefined;
  #encoder: Promise<EncoderName | undefined>;
  #encoderName: EncoderName | undefined;
  /** Gives back the room for a process. */
  #release: (() => void) | undefined;
  #figures: RunFigures | null = null;
  #memory: number | null = null;
  #looks = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The last words of a run that failed. */
  #words: string | undefined;

  constructor(request: LadderRequest, means: TranscodeMeans) {
    this.#request = request;
    this.#means = means;
    this.#trouble = new TroubleLog(request.news);
    this.#encoder = means.encoder();
  }

  begin(stretch: {
    readonly reason: RenditionReason;
    readonly tracks: readonly Track[];
    readonly origin: Millis;
  }): void {
    this.#retireAll();
    const { reason, origin, tracks } = stretch;
    const video = tracks.find((track) => track.id === VIDEO_TRACK);
    const sound = tracks.find((track) => track.config.kind === "audio");
    const config = video?.config;
    const known = video !== undefined && config?.kind === "video";
    const renditions = known ? resolveLadder(this.#request.ladder, config) : [];
    this.#stretch = known
      ? { reason, origin, video: { ...video, config }, sound, renditions }
      : undefined;
    this.#timer ??= setInterval(() => this.#look(), this.#means.lookMs).unref();
    this.#step({ is: "begin", renditions: renditions.length });
    // What comes first is a keyframe.
    this.#takeOver();
    this.#tellLost();
  }

  frame(frame: Frame): void {
    if (this.#next !== undefined && frame.key && frame.track === VIDEO_TRACK) {
      this.#takeOver();
      this.#step({ is: "replaced" });
    }
    this.#current?.feed(frame);
  }

  interrupt(): void {
    this.#retireAll();
    this.#stretch = undefined;
    this.#step({ is: "stop" });
    this.#letGo();
  }

  async end(): Promise<void> {
    this.interrupt();
    clearInterval(this.#timer);
    const gone = Promise.all(this.#runs.values());
    let late: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => {
      late = setTimeout(resolve, END_MS);
    });
    await Promise.race([gone, tooLong]);
    clearTimeout(late);
    for (const lane of this.#lanes.values()) lane.end();
    this.#means.over();
  }

  get status(): TranscoderHealth | null {
    const renditions = this.#stretch?.renditions ?? [];
    if (renditions.length === 0) return null;
    const made = new Set(madePlaces(this.#state));
    const isOut = this.#figures?.out === true;
    const isWhole = made.size === renditions.length && this.#state.run.is !== "waiting";
    const troubled = renditions.some(({ name }) => this.#trouble.has(name));
    const speed = this.#figures?.speed ?? null;
    return {
      state: isOff(this.#state) ? "off" : isWhole && !troubled ? "running" : "degraded",
      encoder: this.#encoderName ?? null,
      speed: speed === null ? null : Math.max(0, Math.round(speed * 100) / 100),
      delayMs: isOut ? Math.round(this.#figures?.delayMs ?? 0) : null,
      renditions: renditions.map(({ name, width, height, fps, bitrate }, place) => {
        const state = !made.has(place) ? "shed" : isOut ? "running" : "starting";
        return { name, width, height, fps, bitrate, state };
      }),
    };
  }

  /** Ends all at once: the server stops. */
  kill(): void {
    this.interrupt();
    for (const { run } of this.#runs.keys()) run.kill();
  }

  #now(): Millis {
    return millis(this.#means.plan.clock());
  }

  #step(input: LadderInput): void {
    const now = this.#now();
    const [state, actions] = stepLadder(this.#state, input, now, this.#means.limits);
    this.#state = state;
    for (const action of actions) this.#act(action, now);
  }

  #act(action: LadderAction, now: Millis): void {
    const names = (places: readonly number[]): string[] =>
      places.flatMap((place) => this.#stretch?.renditions[place]?.name ?? []);
    switch (action.do) {
      case "start":
      case "replace":
        this.#prepare();
        return;
      case "kill":
        this.#dropNext();
        this.#current?.run.kill();
        this.#current = undefined;
        this.#letGo();
        return;
      case "degrade":
        this.#degrade(names(action.places), action.reason, now);
        return;
      case "recover":
        this.#trouble.recovered(names(action.places), now);
        return;
      default:
        action satisfies never;
    }
  }

  #degrade(names: readonly string[], reason: DegradedReason, now: Millis): void {
    const { stream, broadcast } = this.#request;
    const words = reason === "slow" ? undefined : this.#words;
    this.#words = undefined;
    this.#means.log("renditions degraded", { stream: stream.id, broadcast, names, reason, words });
    this.#trouble.degraded(names, reason, now, words);
  }

  /** Makes the run that takes over next. */
  #prepare(): void {
    const stretch = this.#stretch;
    if (stretch === undefined) return;
    this.#dropNext();
    this.#release ??= this.#means.room();
    if (this.#release === undefined) {
      this.#words = "as many transcoders run as may";
      // Not now: whoever decides to make one is not done with deciding.
      queueMicrotask(() => this.#fell(false));
      return;
    }
    const renditions = madePlaces(this.#state).flatMap((place) => stretch.renditions[place] ?? []);
    const { latency = "low" } = this.#request;
    const plan = { ...this.#means.plan, encoder: this.#encoder, latency };
    const made = new ActiveRun(stretch, renditions, plan);
    this.#next = made;
    this.#runs.set(made, this.#follow(made));
  }

  async #follow(made: ActiveRun): Promise<void> {
    this.#encoderName = await this.#encoder;
    this.#over(made, await made.run.ended);
  }

  /** Gives the room for a process back where none is needed. One that takes over needs no more room. */
  #letGo(): void {
    if (this.#current !== undefined || this.#next !== undefined) return;
    this.#release?.();
    this.#release = undefined;
  }

  #takeOver(): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    const before = this.#current;
    next.takeOver((rendition) => this.#laneOf(rendition));
    this.#current = next;
    this.#figures = null;
    this.#memory = null;
    before?.retire();
  }

  #laneOf(rendition: Rendition): RenditionLane {
    const known = this.#lanes.get(rendition.name);
    if (known !== undefined) return known;
    const { stream, broadcast, outputs } = this.#request;
    const output = new GuardedOutput(outputs(rendition), (err) => {
      const about = { err, stream: stream.id, broadcast, rendition: rendition.name };
      this.#means.log("frames of a rendition were refused", about);
    });
    const lane = new RenditionLane(output);
    this.#lanes.set(rendition.name, lane);
    return lane;
  }

  #dropNext(): void {
    this.#next?.run.kill();
    this.#next = undefined;
  }

  #retireAll(): void {
    this.#dropNext();
    this.#current?.retire();
    this.#current = undefined;
    this.#figures = null;
  }

  /** A run has ended, as it was to or not. */
  #over(active: ActiveRun, end: LadderRunEnd): void {
    const wasCurrent = active === this.#current;
    const wasNext = active === this.#next;
    if (wasCurrent) this.#current = undefined;
    if (wasNext) this.#next = undefined;
    this.#runs.delete(active);
    // A rendition that was shed is missing from here on, though its run gave all it had.
    const sameStretch = this.#stretch === active.stretch;
    active.close(end, ({ name }) => !sameStretch || this.#makes(name));
    if (wasCurrent || wasNext) {
      this.#words = end.words === "" ? undefined : end.words;
      const { out } = active.run.figures();
      if (out || !this.#fellBack()) this.#fell(out);
    }
    this.#letGo();
    this.#tellLost();
  }

  #makes(name: string): boolean {
    return this.#current?.renditions.some((rendition) => rendition.name === name) === true;
  }

  /** A run is gone that was needed. */
  #fell(out: boolean): void {
    if (this.#current === undefined) this.#step({ is: "ended", out });
    else this.#step({ is: "abandoned", made: this.#current.renditions.length });
    this.#tellLost();
  }

  /** After a run that gave nothing: whether another encoder is tried, because a device's was used. */
  #fellBack(): boolean {
    const encoder = this.#encoderName;
    if (encoder === undefined || !isHardware(encoder)) return false;
    this.#encoder = Promise.resolve(SOFTWARE);
    this.#degrade(this.#madeNames(), "encoder", this.#now());
    this.#prepare();
    return true;
  }

  #madeNames(): string[] {
    const places = madePlaces(this.#state);
    return places.flatMap((place) => this.#stretch?.renditions[place]?.name ?? []);
  }

  /** Tells the renditions of which nothing is being made, while there is a source. */
  #tellLost(): void {
    if (this.#stretch === undefined) return;
    for (const rendition of this.#stretch.renditions) this.#laneOf(rendition);
    for (const lane of this.#lanes.values()) lane.lost();
  }

  #look(): void {
    const run = this.#current?.run;
    this.#figures = run?.figures() ?? null;
    this.#looks += 1;
    if (run !== undefined && this.#looks % MEMORY_LOOKS === 0) void this.#weigh(run);
    this.#step({ is: "look", figures: this.#figures, memory: this.#memory });
    this.#tellLost();
  }

  async #weigh(run: LadderRun): Promise<void> {
    const bytes = await run.memory();
    if (this.#current?.run === run) this.#memory = bytes ?? null;
  }
}
