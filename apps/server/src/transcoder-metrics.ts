import type { Told, TranscoderHealth } from "@oxbow/contract";
import { Counter, Gauge, type Registry } from "prom-client";

/** How the transcoders of all streams do, for Prometheus; read when it asks. */
export class TranscoderMetrics {
  readonly #troubles: Counter<"reason">;

  /** @param all of each stream that is transcoded now */
  constructor(registry: Registry, all: () => readonly Told<TranscoderHealth>[]) {
    const registers = [registry];
    const byState = (
      name: string,
      help: string,
      statesOf: (health: Told<TranscoderHealth>) => readonly string[],
    ): void => {
      const gauge: Gauge<"state"> = new Gauge({
        ...{ name, help, registers, labelNames: ["state"] },
        collect: () => {
          gauge.reset();
          for (const state of all().flatMap(statesOf)) gauge.inc({ state });
        },
      });
    };
    const worst = (
      name: string,
      help: string,
      of: (figures: readonly Told<TranscoderHealth>[]) => number,
    ): void => {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers,
        collect: () => gauge.set(of(all())),
      });
    };
    byState("oxbow_transcoders", "Live streams that are transcoded", ({ state }) => [state]);
    byState("oxbow_transcoder_renditions", "Qualities of live streams", ({ renditions }) =>
      renditions.map(({ state }) => state),
    );
    worst(
      "oxbow_transcoder_delay_seconds",
      "The longest time from a picture of a source to the same of a quality",
      (each) => Math.max(0, ...each.map(({ delayMs }) => delayMs ?? 0)) / 1000,
    );
    worst(
      "oxbow_transcoder_speed_ratio",
      "Times real time of the slowest transcoder; 1 where there is none",
      (each) => Math.min(...each.map(({ speed }) => speed ?? 1), each.length === 0 ? 1 : Infinity),
    );
    this.#troubles = new Counter({
      name: "oxbow_transcoder_troubles_total",
      help: "Qualities that could not be made on: shed, begun anew, or by another encoder",
      labelNames: ["reason"],
      registers,
    });
  }

  /** Counts a `transcoder_degraded`. */
  degraded(reason: string): void {
    this.#troubles.inc({ reason });
  }
}
