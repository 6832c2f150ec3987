import { sameConfig, type Track } from "@oxbow/media";
import type { ArchivedSpan } from "../ports.ts";

/** Spans whose media goes on from one to the next, in the same tracks: one thing to a decoder. */
export type Run = {
  /** At least one; of one broadcast, in time order. */
  readonly spans: readonly ArchivedSpan[];
  readonly video: Track | undefined;
  readonly audio: Track | undefined;
};

/** Files whose times meet within this are one piece of media. */
const SEAM_MS = 50;

/** Divides spans where a decoder would have to begin anew: at gaps, and where a track changes. */
export function runsOf(spans: readonly ArchivedSpan[]): readonly Run[] {
  const runs: ArchivedSpan[][] = [];
  for (const span of spans) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && goesOn(before, span)) run.push(span);
    else runs.push([span]);
  }
  return runs.map((run) => ({
    spans: run,
    video: trackOf(run, "video"),
    audio: trackOf(run, "audio"),
  }));
}

function goesOn(before: ArchivedSpan, span: ArchivedSpan): boolean {
  const [a, b] = [before.stretch, span.stretch];
  return (
    a.broadcast === b.broadcast &&
    a.origin === b.origin &&
    Math.abs(span.from - before.to) <= SEAM_MS &&
    (["video", "audio"] as const).every((kind) =>
      sameTrack(trackOf([before], kind), trackOf([span], kind)),
    )
  );
}

function trackOf([span]: readonly ArchivedSpan[], kind: "video" | "audio"): Track | undefined {
  return span?.stretch.tracks.find(({ config }) => config.kind === kind);
}

function sameTrack(a: Track | undefined, b: Track | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.id === b.id && a.timescale === b.timescale && sameConfig(a.config, b.config);
}
