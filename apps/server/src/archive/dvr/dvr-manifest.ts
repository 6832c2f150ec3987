import {
  evenEnd,
  type Layout,
  mpd,
  PresentationTimeline,
  type PresentedStretch,
  type TrackSpan,
} from "@oxbow/hls";
import { type Millis, millis } from "@oxbow/media";
import type { IndexCache } from "../index-cache.ts";
import type { LiveStretches } from "../live-stretches.ts";
import { leadingTrack } from "../media-clock.ts";
import { storedStretch } from "../range-resolver.ts";
import type { StoredStretch } from "../stored-stretch.ts";
import { Representations } from "./dvr-representations.ts";
import { SpanTables } from "./dvr-spans.ts";
import type { Listed } from "./listed.ts";

/** Names beside `index.m3u8`: the DASH manifest, and the wall clock that it refers to. */
export const MANIFEST = "manifest.mpd";
export const CLOCK = "time";

/** So many target durations after a change, every player has asked for the text. */
const TOLD_TARGETS = 1.5;
/** A manifest that is asked for again and again lists so many segments, the newest: over five hours of two seconds. */
const MOST_RUNNING = 10_000;
const NEVER = millis(0);

/** It is over, and who played it while it ran has been told so by a manifest that was dynamic still. */
export function isToldAll({ ended, endedAt, targetDuration }: Listed, now: Millis): boolean {
  return ended && (endedAt === undefined || now >= endedAt + TOLD_TARGETS * targetDuration * 1000);
}

/** Writes ranges of the archive as DASH presentations, of the same segments as the playlists. */
export class DvrManifests {
  readonly #root: string;
  readonly #spans: SpanTables;

  /** `root`: the archive's folder. */
  constructor(root: string, indexes: IndexCache, live: LiveStretches) {
    this.#root = root;
    this.#spans = new SpanTables(indexes, live);
  }

  /**
   * Undefined where nothing of the range is sealed. `all`: what was made of it; `to`: the end that was
   * asked for.
   */
  async text(
    listed: Listed,
    all: readonly Listed[],
    { to, now }: { readonly to: Millis | undefined; readonly now: Millis },
  ): Promise<string | undefined> {
    const { runs, from, ended, targetDuration } = listed;
    const told = isToldAll(listed, now);
    const [first] = runs;
    if (first === undefined) return undefined;
    const parts = { root: this.#root, spans: this.#spans };
    const representations =
      all.length === 0 ? undefined : await Representations.of(listed, all, parts);
    const timeline = await this.#timeline(listed, representations);
    if (!ended) {
      let surplus = timeline.length - MOST_RUNNING;
      timeline.drop(() => surplus-- > 0);
    }
    const layout: Layout = {
      // One that was handed out while it ran keeps its holes: its periods don't move (§5.4).
      by: listed.kind === "vod" ? "joined" : "wall",
      zero: millis(Math.max(from, first.row.origin)),
      from,
      ...(to !== undefined && { to }),
      ended,
    };
    const laid = timeline.lay(layout);
    if (laid === undefined) return undefined;
    return mpd({
      run: told
        ? { type: "static", duration: laid.end }
        : {
            type: "dynamic",
            availabilityStart: layout.zero,
            published: now,
            updatePeriod: targetDuration,
            duration: ended ? laid.end : undefined,
            suggestedDelay: 3 * targetDuration,
            clock: CLOCK,
          },
      minBuffer: targetDuration,
      longestSegment: Math.max(laid.longestSegment, targetDuration),
      periods: laid.periods.map((one, at) => {
        const whole = representations?.addTo(one) ?? one;
        const grows = at === laid.periods.length - 1 && runs.at(-1)?.row.open === true;
        return layout.by === "joined" || grows ? whole : evenEnd(whole);
      }),
    });
  }

  /** What was removed is listed no more. */
  forget(): void {
    this.#spans.forget();
  }

  async #timeline(
    { runs, playableFrom = NEVER }: Listed,
    representations: Representations | undefined,
  ): Promise<PresentationTimeline> {
    const timeline = new PresentationTimeline();
    const stretches = new Map<string, PresentedStretch>();
    for (const run of runs) {
      const { row, first, end } = run;
      // The playlists list them still, and nobody can load them.
      if (row.to <= playableFrom) continue;
      const file = storedStretch(this.#root, row);
      const table = await this.#spans.table(file);
      let stretch = stretches.get(file.stretch);
      for (let at = first; at < end; at += 1) {
        const changes = representations?.take(run, at) ?? false;
        if (stretch !== undefined && changes) stretch = continued(stretch);
        stretch ??= presented(file, table.frameRate);
        stretches.set(file.stretch, stretch);
        const [lead, ...others] = table.spans(at);
        if (lead === undefined) continue;
        const spansOf: readonly [TrackSpan, ...TrackSpan[]] = [lead, ...others];
        const number = table.number(at);
        timeline.append(stretch, { number, independent: table.independent(at), spans: spansOf });
      }
    }
    return timeline;
  }
}

/** The same once more: nothing but the period changes. */
function continued(stretch: PresentedStretch): PresentedStretch {
  return { ...stretch, continues: true };
}

function presented(file: StoredStretch, frameRate: number | undefined): PresentedStretch {
  const { stretch: id, origin, broadcast, reason } = file;
  const lead = leadingTrack(file.tracks);
  const tracks = file.tracks.toSorted((a, b) => Number(b === lead) - Number(a === lead));
  return { id, origin, broadcast, tracks, frameRate, continues: reason === "length" };
}
