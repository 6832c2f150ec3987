import {
  hasRenditions,
  type NewEvent,
  newEvent,
  type Told,
  type TranscoderHealth,
} from "@oxbow/contract";
import { VIDEO_TIMESCALE } from "@oxbow/media";
import type { Archive, Recorder } from "./archive/index.ts";
import type { DeclaredRendition } from "./live/index.ts";
import { createFollower, type PackagerOutput, SourceBoundaries } from "./packager/index.ts";
import type { Stream, StreamStore } from "./streams/index.ts";
import type {
  Rendition,
  RenditionOutput,
  SourceTap,
  StreamTranscoder,
  TranscoderNews,
  Transcoders,
} from "./transcode/index.ts";
import { TranscoderMetrics } from "./transcoder-metrics.ts";
import type { World } from "./world.ts";

export type LadderFolders = {
  readonly transcoders: Transcoders;
  readonly archive: Archive;
  readonly streamStore: Pick<StreamStore, "tell">;
  readonly world: World;
};

/** What the renditions of one broadcast are made beside. */
export type LadderSource = {
  readonly stream: Stream;
  readonly broadcast: string;
  readonly partMs: number;
  readonly window: {
    /** Where a rendition is played live. */
    rendition(declared: DeclaredRendition): PackagerOutput;
  };
};

/** The renditions of one broadcast. */
export type OpenLadder = {
  /** To be an output of the source's packager, before all others. */
  readonly boundaries: SourceBoundaries;
  readonly tap: SourceTap;
  /** Everything that came of them is on disk. */
  recorded(): Promise<void>;
};

/** Renditions of the broadcasts that are on air: made by a transcoder, cut as the source, played and recorded. */
export class Ladders {
  readonly #folders: LadderFolders;
  readonly #metrics: TranscoderMetrics;
  readonly #open = new Map<string, StreamTranscoder>();

  constructor(folders: LadderFolders) {
    this.#folders = folders;
    this.#metrics = new TranscoderMetrics(folders.world.metrics, () => this.all());
  }

  /** Null where nothing of the stream is transcoded. */
  health(stream: string): Told<TranscoderHealth> | null {
    return this.#open.get(stream)?.status ?? null;
  }

  /** How all that run are doing. */
  all(): readonly TranscoderHealth[] {
    return [...this.#open.values()].flatMap(({ status }) => status ?? []);
  }

  /** Undefined where the stream asks for nothing besides its source. */
  open(source: LadderSource): OpenLadder | undefined {
    const { stream, broadcast } = source;
    const { ladder } = stream.policy;
    if (!hasRenditions(ladder)) return undefined;
    const { transcoders } = this.#folders;
    const boundaries = new SourceBoundaries(VIDEO_TIMESCALE);
    const recorders: Recorder[] = [];
    const transcoder = transcoders.open({
      stream: { id: stream.id, name: stream.name },
      broadcast,
      ladder,
      latency: stream.policy.latency,
      outputs: (rendition) => this.#output(source, rendition, boundaries, recorders),
      news: this.#news(source),
    });
    this.#open.set(stream.id, transcoder);
    return {
      boundaries,
      tap: {
        begin: (stretch) => transcoder.begin(stretch),
        frame: (frame) => transcoder.frame(frame),
        interrupt: () => transcoder.interrupt(),
        end: async () => {
          await transcoder.end();
          // A broadcast that came after it may have taken the place.
          if (this.#open.get(stream.id) === transcoder) this.#open.delete(stream.id);
        },
      },
      async recorded() {
        await Promise.all(recorders.map((recorder) => recorder.close()));
      },
    };
  }

  /** A rendition's frames are cut once; live and the recorder share what comes out. */
  #output(
    { stream, broadcast, partMs, window }: LadderSource,
    rendition: Rendition,
    boundaries: SourceBoundaries,
    recorders: Recorder[],
  ): RenditionOutput {
    const { archive, world } = this.#folders;
    const { record, recordRenditions } = stream.policy;
    const { name, bitrate } = rendition;
    const recorded = record && recordRenditions === "all";
    const outputs: PackagerOutput[] = [window.rendition({ name, bitrate, recorded })];
    if (recorded) {
      const recorder = archive.record(stream, broadcast, { rendition: name });
      recorders.push(recorder);
      outputs.push(recorder);
    }
    return createFollower({
      stream: stream.id,
      broadcast,
      rendition: name,
      partMs,
      boundaries,
      newStretchId: () => world.id("stt"),
      outputs,
      dropped: (why) => {
        world.log.warn(
          { broadcast, rendition: name, why },
          "pictures of a rendition have no place",
        );
      },
    });
  }

  #news({ stream: { id, name }, broadcast }: LadderSource): TranscoderNews {
    const { streamStore, world } = this.#folders;
    const about = { stream: { id, name }, broadcast };
    const tell = (event: NewEvent): void => {
      streamStore.tell([event]).catch((err: unknown) => {
        world.log.error({ err, broadcast, event: event.type }, "news of a transcoder not told");
      });
    };
    return {
      degraded: (rendition, reason, message) => {
        this.#metrics.degraded(reason);
        const said = message === undefined ? {} : { message };
        tell(newEvent("transcoder_degraded", { rendition, reason, ...said }, about));
      },
      recovered: (rendition, seconds) => {
        tell(newEvent("transcoder_recovered", { rendition, seconds }, about));
      },
    };
  }
}
