import { Fault } from "@oxbow/contract";
import { type Millis, rfc3339, sameConfig, type Track } from "@oxbow/media";
import type { ArchivedGap, ArchivedRange, ArchivedSpan } from "../ports.ts";
import type { PlanOptions } from "./plan-options.ts";
import { canBeSilent } from "./silence.ts";

/** Missing media at the very ends that is no gap: less than the shortest export. */
const EDGE_MS = 100;

/** A picture that stands still for longer than this can't be told in 32 bits of ticks. */
const LONGEST_FILL_MS = 12 * 3_600_000;

/**
 * What is refused before anything is planned. Gives the spans that are wanted, with the tracks that are.
 * Fault as `planExport`.
 */
export function checkRange(range: ArchivedRange, options: PlanOptions): readonly ArchivedSpan[] {
  const spans = range.spans
    .filter((span) => span.from < options.to && span.to > options.from)
    .map((span) => withTracks(span, options.tracks))
    .filter((span) => span.stretch.tracks.length > 0);
  if (spans.length === 0) throw withoutMedia(range, options);
  const gaps = gapsOf(range, options);
  const [gap] = gaps;
  if (options.gaps === "fail" && gap !== undefined) throw hasGap(gap);
  const tracks = commonTracks(spans);
  if (options.gaps === "fill") checkFill(gaps, tracks);
  return spans;
}

function withTracks(span: ArchivedSpan, kinds: PlanOptions["tracks"]): ArchivedSpan {
  if (kinds === undefined) return span;
  const tracks = span.stretch.tracks.filter(({ config }) => kinds.includes(config.kind));
  if (tracks.length === span.stretch.tracks.length) return span;
  const stretch = { ...span.stretch, tracks };
  return { from: span.from, to: span.to, stretch, chunks: () => span.chunks() };
}

function checkFill(gaps: readonly ArchivedGap[], tracks: readonly Track[]): void {
  const longest = Math.max(0, ...gaps.map(({ from, to }) => to - from));
  const mute = tracks.find((track) => !canBeSilent(track));
  const why =
    longest > LONGEST_FILL_MS
      ? `one of ${Math.round(longest / 3_600_000)} hours is too long`
      : mute !== undefined && `there is no silence for ${mute.config.codecString}`;
  if (longest === 0 || why === false) return;
  throw new Fault(
    "export_mode_unsupported",
    `Cannot fill the gaps by copying, as ${why}: ask for gaps "skip" or mode "transcode"`,
    { field: "gaps" },
  );
}

/** The gaps inside the wanted range; what is missing of a frame at its ends is none. */
export function gapsOf(range: ArchivedRange, { from, to }: PlanOptions): readonly ArchivedGap[] {
  return range.gaps
    .map((gap) => ({
      ...gap,
      from: gap.from < from ? from : gap.from,
      to: gap.to > to ? to : gap.to,
    }))
    .filter((gap) => {
      const edge = gap.from === from || gap.to === to;
      return gap.to - gap.from >= (edge ? EDGE_MS : 1);
    });
}

/** The tracks of all spans. Fault `range_changes_codec` where one of them changes. */
export function commonTracks(spans: readonly ArchivedSpan[]): readonly Track[] {
  const tracks: Track[] = [];
  for (const { from, stretch } of spans) {
    for (const track of stretch.tracks) {
      const known = tracks.find(({ id }) => id === track.id);
      if (known === undefined) tracks.push(track);
      else if (known.timescale !== track.timescale || !sameConfig(known.config, track.config)) {
        throw new Fault(
          "range_changes_codec",
          `The ${track.config.kind} changes from ${known.config.codecString} to ` +
            `${track.config.codecString} at ${rfc3339(from)}: ask for mode "transcode", or for the parts before and after it`,
          { details: { at: rfc3339(from), track: track.config.kind } },
        );
      }
    }
  }
  return tracks;
}

function hasGap(gap: ArchivedGap): Fault {
  const { from, to, reason } = gap;
  return new Fault(
    "range_has_gap",
    `No media from ${rfc3339(from)} to ${rfc3339(to)} (${reason}): ask for gaps "skip" to join over it`,
    { details: { from: rfc3339(from), to: rfc3339(to), reason } },
  );
}

/** Why a range gives nothing. */
export function withoutMedia(
  range: ArchivedRange,
  { from, to }: { readonly from: Millis; readonly to: Millis },
): Fault {
  const evicted = range.gaps.some(({ reason }) => reason === "evicted");
  const between = `from ${rfc3339(from)} to ${rfc3339(to)}`;
  return evicted
    ? new Fault("range_evicted", `The media ${between} was removed by retention`)
    : new Fault("range_without_media", `Nothing was recorded ${between}`);
}
