import { Counter, Gauge, type Registry } from "prom-client";

type Figures = { viewers: number; sessions: number; bytes: number };

/** What was delivered by each protocol. Counted by plain numbers, since each request counts. */
export class Delivered {
  readonly #of = new Map<string, Figures>();

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ["protocol"] as const;
    const fill = (
      metric: { reset(): void; inc(labels: { protocol: string }, value: number): void },
      figure: keyof Figures,
    ): void => {
      metric.reset();
      for (const [protocol, figures] of this.#of) metric.inc({ protocol }, figures[figure]);
    };
    const viewers: Gauge<"protocol"> = new Gauge({
      name: "oxbow_viewers",
      help: "Viewers that watch now",
      labelNames,
      registers,
      collect: () => fill(viewers, "viewers"),
    });
    const sessions: Counter<"protocol"> = new Counter({
      name: "oxbow_play_sessions_total",
      help: "Viewer sessions that began",
      labelNames,
      registers,
      collect: () => fill(sessions, "sessions"),
    });
    const bytes: Counter<"protocol"> = new Counter({
      name: "oxbow_delivered_bytes_total",
      help: "Bytes of media and playlists that viewers were sent",
      labelNames,
      registers,
      collect: () => fill(bytes, "bytes"),
    });
  }

  viewers(protocol: string, change: number): void {
    this.#figures(protocol).viewers += change;
  }

  session(protocol: string): void {
    this.#figures(protocol).sessions += 1;
  }

  bytes(protocol: string, bytes: number): void {
    this.#figures(protocol).bytes += bytes;
  }

  #figures(protocol: string): Figures {
    let figures = this.#of.get(protocol);
    if (!figures) {
      figures = { viewers: 0, sessions: 0, bytes: 0 };
      this.#of.set(protocol, figures);
    }
    return figures;
  }
}
