import { access } from "node:fs/promises";
import { Fault } from "@oxbow/contract";
import { type Millis, rfc3339 } from "@oxbow/media";
import {
  type AskedRange,
  checkTimes,
  endOf,
  isSealed,
  resolveRange,
  type Sources,
} from "./export-range.ts";
import { type InstantMp4, servePlan } from "./instant-mp4.ts";
import type { MoviePlan, Planner } from "./plan/index.ts";

/** Bytes of plans that are kept: players ask for one movie range by range. */
const KEPT_BYTES = 96 * 1024 * 1024;

type WholeRange = AskedRange & { readonly to: Millis; readonly rendition: string };

type Kept = { readonly plan: Promise<MoviePlan>; bytes: number };

/** Plans of instant MP4s: made once for all range requests, kept while there is room. */
export class InstantPlans {
  readonly #sources: Sources;
  readonly #planner: Planner;
  /** The least recently used comes first. */
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(sources: Sources, planner: Planner) {
    this.#sources = sources;
    this.#planner = planner;
  }

  /** Fault `stream_unknown`, `rendition_unknown`, `range_*`, `unavailable`. */
  async serve(name: string, from: Millis, to: Millis, rendition: string): Promise<InstantMp4> {
    checkTimes(from, to);
    const stream = await this.#sources.recordings.stream(name);
    if (stream === undefined) throw new Fault("stream_unknown", `There is no stream "${name}"`);
    const key = `${stream.id} ${from} ${to} ${rendition}`;
    const asked = { stream, from, to, only: null, rendition };
    const plan = (await this.#keptPlan(key)) ?? (await this.#make(key, asked));
    return servePlan(plan);
  }

  /** A kept plan whose files are still there: retention may have taken them. */
  async #keptPlan(key: string): Promise<MoviePlan | undefined> {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const plan = await kept.plan;
    try {
      await Promise.all(plan.pieces.files.map((file) => access(file)));
      return plan;
    } catch {
      this.#drop(key);
      return undefined;
    }
  }

  async #make(key: string, asked: WholeRange): Promise<MoviePlan> {
    const kept: Kept = { plan: this.#plan(asked), bytes: 0 };
    this.#kept.set(key, kept);
    try {
      const plan = await kept.plan;
      kept.bytes = plan.headerBytes + plan.pieces.count * 26;
      this.#bytes += kept.bytes;
      this.#shrink();
      return plan;
    } catch (error) {
      this.#drop(key);
      throw error;
    }
  }

  async #plan(asked: WholeRange): Promise<MoviePlan> {
    const { rendition } = asked;
    if (!(await isSealed(this.#sources, asked, [rendition]))) throw notYet(asked.to);
    const to = await endOf(this.#sources, asked);
    const range = await resolveRange(this.#sources, asked, to, rendition);
    const options = { gaps: "skip", packing: "auto", title: null } as const;
    return this.#planner.plan(range, { from: asked.from, to, ...options });
  }

  #shrink(): void {
    for (const [key, { bytes }] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) return;
      // What is being made has no size yet, and goes by itself.
      if (bytes > 0) this.#drop(key);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0;
    this.#kept.delete(key);
  }
}

function notYet(to: Millis): Fault {
  return new Fault(
    "unavailable",
    `The range is not recorded up to ${rfc3339(to)} yet: ask for an export, which waits for it`,
  );
}
