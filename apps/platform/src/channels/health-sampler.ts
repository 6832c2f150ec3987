import { setTimeout as wait } from "node:timers/promises";
import type { Client, Stream, StreamHealth } from "@oxbow/sdk";
import type {
  ChannelHealth,
  ChannelIssue,
  HealthGauge,
  HealthSample,
  IssueCode,
} from "@oxbow/site-contract";
import type { Store } from "../store/index.ts";
import type { Updates } from "../updates/index.ts";
import type { World } from "../world.ts";
import {
  type ChannelRow,
  channelById,
  issuesOf,
  sessionOf,
  streamOf,
  timeText,
} from "./channel-row.ts";
import { HealthSeries } from "./health-series.ts";

/** How often figures are taken while somebody looks, in milliseconds. */
const EVERY = 2_000;
/** The longest that the media server may take for one. */
const PATIENCE = 4_000;
/** Channels whose figures are taken in one round. */
const MOST_AT_ONCE = 50;
/** How long the figures of a channel are kept that nobody looks at, in milliseconds. */
const KEPT = 10 * 60_000;

export type HealthParts = {
  readonly store: Store;
  readonly world: World;
  readonly media: Client;
  /** Who listens to `channel:{id}`, and how they are told. */
  readonly updates: Pick<Updates, "onListeners" | "tellNow">;
};

const TOPIC = "channel:";

/** Takes the figures of channels that somebody looks at, every two seconds. Ends with `await using`. */
export class HealthSampler {
  readonly #parts: HealthParts;
  readonly #series = new Map<string, HealthSeries>();
  readonly #asked = new Map<string, Promise<HealthGauge>>();
  readonly #ending = new AbortController();
  /** Channels that somebody listens to. */
  readonly #watched = new Set<string>();
  readonly #rounds: Promise<void>;

  constructor(parts: HealthParts) {
    this.#parts = parts;
    const stop = parts.updates.onListeners((topic, count) => {
      if (!topic.startsWith(TOPIC)) return;
      const id = topic.slice(TOPIC.length);
      if (count > 0) this.#watched.add(id);
      else this.#watched.delete(id);
    });
    this.#ending.signal.addEventListener("abort", stop);
    this.#rounds = this.#repeat();
  }

  /** How a channel is now, asked anew where the last figures are old. Throws OxbowError. */
  async health(row: ChannelRow): Promise<ChannelHealth> {
    const { sample: _, ...gauge } = await this.#sample(row);
    return { ...gauge, series: this.#seriesOf(row.id).recent(this.#parts.world.now()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#rounds;
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      await this.#round();
      await wait(EVERY, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const { updates, store, world } = this.#parts;
    const told = this.#next().map(async (id) => {
      const row = await channelById(store.db, id);
      if (row === undefined || row.stream === null) return;
      const data = await this.#sample(row);
      updates.tellNow({ topic: `${TOPIC}${id}`, type: "channel.health", data });
    });
    for (const result of await Promise.allSettled(told)) {
      // The pages see that no figures come; the operator is told of a media server that is away.
      if (result.status === "rejected") world.log.debug({ err: result.reason }, "no figures");
    }
    for (const [id, series] of this.#series) {
      if (series.newest < world.now() - KEPT) this.#series.delete(id);
    }
  }

  /** Those whose turn it is; they come last in the next round. */
  #next(): string[] {
    const next = [...this.#watched].slice(0, MOST_AT_ONCE);
    for (const id of next) {
      this.#watched.delete(id);
      this.#watched.add(id);
    }
    return next;
  }

  /** One question at a time for each channel. */
  #sample(row: ChannelRow): Promise<HealthGauge> {
    const running = this.#asked.get(row.id);
    if (running !== undefined) return running;
    const asked = this.#ask(row).finally(() => this.#asked.delete(row.id));
    this.#asked.set(row.id, asked);
    return asked;
  }

  async #ask(row: ChannelRow): Promise<HealthGauge> {
    const { media, world } = this.#parts;
    const stream = streamOf(row);
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(PATIENCE)]);
    const [health, now] = await Promise.all([
      media.streams.health(stream, { signal }),
      media.streams.get(stream, { signal }),
    ]);
    const gauge = gaugeOf(row, health, now, timeText(world.now()));
    this.#seriesOf(row.id).add(gauge.sample);
    return gauge;
  }

  #seriesOf(id: string): HealthSeries {
    const known = this.#series.get(id);
    if (known !== undefined) return known;
    const series = new HealthSeries();
    this.#series.set(id, series);
    return series;
  }
}

function gaugeOf(row: ChannelRow, health: StreamHealth, stream: Stream, at: string): HealthGauge {
  const { now = 0, peak = 0 } = stream.viewers ?? {};
  const issues = issuesNow(row, health, at);
  const { state, bitrate, fps, keyframeInterval, drift } = health;
  const sample: HealthSample = { at, bitrate, fps, keyframeInterval, drift, viewers: now };
  return {
    state,
    health: verdictOf(health.health, issues),
    session: sessionOf(row),
    tracks: health.tracks,
    issues,
    viewers: { now, peak },
    sample,
  };
}

/** What is not to be seen in the encoder's media, and so told by events alone. */
const BY_EVENTS: readonly string[] = [
  "encoderLost",
  "transcoderDegraded",
  "recordingStopped",
  "renditionsNotRecorded",
] satisfies IssueCode[];

/** What is so now, since when events told it; and what events alone tell. */
function issuesNow(row: ChannelRow, health: StreamHealth, at: string): ChannelIssue[] {
  const told = issuesOf(row);
  const now = health.issues.map(({ code, severity, params = {} }) => {
    const since = told.find((issue) => issue.code === code)?.since ?? at;
    return { code, severity, params, since };
  });
  return [...told.filter(({ code }) => BY_EVENTS.includes(code)), ...now];
}

/** As the media server finds the encoder, or worse by what else is wrong. */
function verdictOf(health: StreamHealth["health"], issues: readonly ChannelIssue[]) {
  const severities = new Set(issues.map(({ severity }) => severity));
  if (severities.has("error")) return "bad";
  return severities.has("warning") && health === "good" ? "ok" : health;
}
