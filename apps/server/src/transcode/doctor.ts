import { type Doctor, Fault, ladderPresets, type Told } from "@oxbow/contract";
import { rfc3339 } from "@oxbow/media";
import { runFfmpeg } from "../ffmpeg/index.ts";
import type { World } from "../world.ts";
import { adviceOn } from "./doctor-advice.ts";
import { chosenEncoder, type FoundEncoder } from "./find-encoders.ts";
import { resolveLadder } from "./ladder.ts";
import {
  encoderSpeed,
  ladderSpeed,
  type MeasuredClip,
  type MeasuredSource,
  type MeasureOptions,
  measuredSource,
} from "./measure.ts";
import type { Rendition } from "./ports.ts";

export type TranscodeDoctorOptions = {
  /** The ffmpeg program: its path, or its name on the PATH. */
  readonly ffmpeg: string;
  readonly world: Pick<World, "now" | "log">;
  /** What works here. */
  readonly encoders: () => Promise<readonly FoundEncoder[]>;
  /** What encoders are measured with, and ladders; two seconds of 720p and 1080p unless told. */
  readonly clips?: { readonly encoder: MeasuredClip; readonly source: MeasuredClip };
};

/** All measurements together, in milliseconds. */
const MOST_MS = 15_000;
/** Of what the machine can do, what streams may take all the time. */
const SAFE_SHARE = 0.8;
const CLIPS = {
  encoder: { width: 1280, height: 720, frameRate: 30, pictures: 60 },
  source: { width: 1920, height: 1080, frameRate: 30, pictures: 60 },
} as const;

type Examined = Told<Doctor>;
type Preset = Examined["presets"][number];

/** Knows what this machine can encode, by encodes of two seconds; keeps what was measured last. */
export class TranscodeDoctor {
  readonly #options: TranscodeDoctorOptions;
  readonly #clips: { readonly encoder: MeasuredClip; readonly source: MeasuredClip };
  #known: Examined | undefined;
  #measuring = false;

  constructor(options: TranscodeDoctorOptions) {
    this.#options = options;
    this.#clips = options.clips ?? CLIPS;
  }

  /**
   * What was measured last; where nothing was as yet, what works, without figures.
   * @param again measures anew, for up to 15 seconds. Fault `limit_reached` where that is under way.
   */
  async examine(again: boolean): Promise<Examined> {
    if (!again) return this.#known ?? (await this.#withoutFigures());
    if (this.#measuring) {
      throw new Fault("limit_reached", "The machine is being measured already: ask again");
    }
    this.#measuring = true;
    try {
      this.#known = await this.#measure();
      return this.#known;
    } finally {
      this.#measuring = false;
    }
  }

  async #withoutFigures(): Promise<Examined> {
    const found = await this.#options.encoders();
    return this.#told({
      encoders: found.map((each) => Object.assign({ realtime: null }, each)),
      presets: presetsOf(this.#clips.source, []),
      measuredAt: null,
    });
  }

  async #measure(): Promise<Examined> {
    const { ffmpeg, world } = this.#options;
    const signal = AbortSignal.timeout(MOST_MS);
    const found = await this.#options.encoders();
    const encoders: Examined["encoders"][number][] = [];
    for (const each of found) {
      const options = { ffmpeg, encoder: each.name, signal };
      const realtime = each.works
        ? await this.#figure(encoderSpeed(options, this.#clips.encoder))
        : null;
      encoders.push({ ...each, realtime: rounded(realtime) });
    }
    const encoder = chosenEncoder(found);
    const presets = encoder === undefined ? [] : await this.#presets({ ffmpeg, encoder, signal });
    return this.#told({
      encoders,
      presets: presetsOf(this.#clips.source, presets),
      measuredAt: rfc3339(world.now()),
    });
  }

  async #presets(options: MeasureOptions): Promise<(number | null)[]> {
    const source: MeasuredSource | null = await this.#figure(
      measuredSource(options, this.#clips.source),
    );
    if (source === null) return [];
    const speeds: (number | null)[] = [];
    for (const ladder of ladderPresets) {
      const speed = ladderSpeed(options, source, renditionsOf(ladder, this.#clips.source));
      speeds.push(await this.#figure(speed));
    }
    return speeds;
  }

  /** A measurement that fails is no figure; the log says why. */
  async #figure<Value>(measuring: Promise<Value>): Promise<Value | null> {
    try {
      return await measuring;
    } catch (error) {
      this.#options.world.log.warn({ err: error }, "an encoder was not measured");
      return null;
    }
  }

  async #told(figures: Pick<Examined, "encoders" | "presets" | "measuredAt">): Promise<Examined> {
    const ffmpeg = await this.#version();
    const encoder = figures.encoders.find(({ works }) => works)?.name ?? null;
    const known = { ...figures, ffmpeg, encoder };
    return { ...known, advice: adviceOn(known) };
  }

  async #version(): Promise<Examined["ffmpeg"]> {
    const run = { program: this.#options.ffmpeg, timeoutMs: 10_000, mostBytes: 1 << 16 };
    const told = await runFfmpeg({ ...run, args: ["-version"] }).catch((error: unknown) => {
      if (error instanceof Fault) return Buffer.alloc(0);
      throw error;
    });
    const version = /^ffmpeg version (\S+)/.exec(told.toString())?.[1];
    return version === undefined ? null : { version };
  }
}

/** The presets with renditions, and their figures in the contract's order. */
function presetsOf(source: MeasuredClip, speeds: readonly (number | null)[]): Preset[] {
  return ladderPresets.flatMap((ladder, at): Preset[] => {
    const renditions = renditionsOf(ladder, source).map(({ name }) => name);
    if (renditions.length === 0) return [];
    const realtime = rounded(speeds[at] ?? null);
    const streams = realtime === null ? null : Math.floor(realtime * SAFE_SHARE);
    return [{ ladder, renditions, realtime, streams }];
  });
}

function renditionsOf(ladder: Preset["ladder"], source: MeasuredClip): Rendition[] {
  return resolveLadder(ladder, { ...source, pixelAspect: [1, 1] });
}

function rounded(speed: number | null): number | null {
  return speed === null ? null : Math.round(speed * 100) / 100;
}
