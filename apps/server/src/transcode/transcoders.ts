import { availableParallelism } from "node:os";
import type { World } from "../world.ts";
import type { EncoderName } from "./encoder.ts";
import { chosenEncoder, type FoundEncoder, findEncoders } from "./find-encoders.ts";
import {
  BroadcastTranscoder,
  type LadderRequest,
  type StreamTranscoder,
} from "./stream-transcoder.ts";

export type TranscoderOptions = {
  /** The ffmpeg program: its path, or its name on the PATH. */
  readonly ffmpeg: string;
  readonly world: Pick<World, "log">;
  readonly limits?: Partial<TranscoderLimits>;
  /** Milliseconds of a clock that never steps, and how often it is looked at; the real one unless told. */
  readonly clock?: { readonly now: () => number; readonly lookMs: number };
};

export type TranscoderLimits = {
  /** Processes at a time, of all streams; as many as there are processors unless told. */
  readonly processes: number;
  /** 0 (as the server) to 19 (only what nobody else wants). */
  readonly niceness: number;
  /** Resident bytes of each. */
  readonly memoryBytes: number;
  /** Bytes of frames that may wait for each. */
  readonly queueBytes: number;
};

const CLOCK = { now: () => performance.now(), lookMs: 500 } as const;

const LIMITS: Omit<TranscoderLimits, "processes"> = {
  niceness: 5,
  memoryBytes: 2 * 2 ** 30,
  queueBytes: 8 * 2 ** 20,
};

/** Makes renditions of streams. Disposing ends every process. */
export interface Transcoders extends AsyncDisposable {
  /** What works on this machine; tried once, when it is asked for or needed first. */
  encoders(): Promise<readonly FoundEncoder[]>;
  /** Follows a broadcast; end it by its own `end`. */
  open(request: LadderRequest): StreamTranscoder;
}

/** Creates what makes renditions. */
export function createTranscoders(options: TranscoderOptions): Transcoders {
  return new AllTranscoders(options);
}

class AllTranscoders implements Transcoders {
  readonly #options: TranscoderOptions;
  readonly #limits: TranscoderLimits;
  #found: Promise<readonly FoundEncoder[]> | undefined;
  readonly #open = new Set<BroadcastTranscoder>();
  #running = 0;

  constructor(options: TranscoderOptions) {
    this.#options = options;
    this.#limits = { processes: availableParallelism(), ...LIMITS, ...options.limits };
  }

  encoders(): Promise<readonly FoundEncoder[]> {
    this.#found ??= this.#find();
    return this.#found;
  }

  open(request: LadderRequest): StreamTranscoder {
    const { ffmpeg, world, clock = CLOCK } = this.#options;
    const { niceness, queueBytes, memoryBytes } = this.#limits;
    const opened = new BroadcastTranscoder(request, {
      plan: { ffmpeg, niceness, queueBytes, clock: clock.now },
      limits: { memoryBytes },
      lookMs: clock.lookMs,
      encoder: () => this.#encoder(),
      room: () => this.#room(),
      log: (what, facts) => world.log.warn(facts, what),
      over: () => this.#open.delete(opened),
    });
    this.#open.add(opened);
    return opened;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const open = [...this.#open];
    for (const each of open) each.kill();
    await Promise.all(open.map((each) => each.end()));
    await this.#found;
  }

  async #find(): Promise<readonly FoundEncoder[]> {
    const found = await findEncoders(this.#options.ffmpeg);
    const encoder = chosenEncoder(found);
    const { log } = this.#options.world;
    if (encoder === undefined)
      log.warn({ encoders: found }, "no encoder works: nothing is transcoded");
    else log.info({ encoder }, "encoder found");
    return found;
  }

  async #encoder(): Promise<EncoderName | undefined> {
    return chosenEncoder(await this.encoders());
  }

  #room(): (() => void) | undefined {
    if (this.#running >= this.#limits.processes) return undefined;
    this.#running += 1;
    let held = true;
    return () => {
      if (held) this.#running -= 1;
      held = false;
    };
  }
}
