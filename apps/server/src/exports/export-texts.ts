import { type Cue, type Millis, millis } from "@oxbow/media";
import {
  type CueSpan,
  parseSubtitles,
  retime,
  type SubtitleRequest,
  type SubtitleText,
  webVtt,
} from "../assets/index.ts";
import type { Attempt, ExportTools, MadeFiles } from "./export-attempt.ts";
import type { TextSpec } from "./export-spec.ts";
import type { PlannedGap } from "./plan/index.ts";

/** Where media of the wall clock stands on the export's timeline. */
export type ExportTimeline = {
  readonly durationMs: Millis;
  readonly cut: { readonly from: Millis };
  readonly gaps: readonly PlannedGap[];
};

/** A text on the export's own timeline. */
export type TimedText = { readonly spec: TextSpec; readonly text: SubtitleText };

/** The texts that are shown beside the pictures, as the asset takes them; what shows nothing is left out. */
export async function textsOf(
  tools: ExportTools,
  attempt: Attempt,
  made: MadeFiles,
): Promise<readonly SubtitleRequest[]> {
  const soft = attempt.spec.subtitles.filter(({ burn }) => !burn);
  const timed = await timedTexts(tools, attempt, soft, made);
  return timed.map(({ spec: { language, label, default: preferred }, text }) => ({
    language,
    label: label ?? undefined,
    kind: "subtitles",
    default: preferred,
    forced: false,
    text: webVtt(text),
  }));
}

/** Reads texts and moves them onto the export's timeline. */
export async function timedTexts(
  { inputs, recordings }: ExportTools,
  { job, spec }: Pick<Attempt, "job" | "spec">,
  texts: readonly TextSpec[],
  timeline: ExportTimeline,
): Promise<readonly TimedText[]> {
  const began =
    spec.broadcast === null ? undefined : (await recordings.broadcast(spec.broadcast))?.from;
  const timed: TimedText[] = [];
  for (const text of texts) {
    const { cues, styles } = parseSubtitles((await inputs.read(job.id, text.file)).toString());
    const origin = text.timing === "broadcast" ? (began ?? spec.from) : undefined;
    const moved = retime(cues, ...spansOf(timeline, origin));
    if (moved.length > 0) timed.push({ spec: text, text: { cues: moved, styles } });
  }
  return timed;
}

/**
 * The pieces of the wall clock that the export shows. `origin` is the wall clock of a text's time 0; without
 * it the text is timed for the export, and is only cut at its end.
 */
export function spansOf(
  { durationMs, cut, gaps }: ExportTimeline,
  origin: Millis | undefined,
): readonly CueSpan[] {
  const whole = { from: millis(0), to: durationMs };
  if (origin === undefined) return [{ offset: 0, ...whole }];
  const spans: CueSpan[] = [];
  let from = whole.from;
  let offset = origin - cut.from;
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    // Before the first picture nothing is shown, and a gap that was filled kept its length.
    if (gap.to <= cut.from || gap.filled) continue;
    if (gap.at > from) spans.push({ offset, from, to: gap.at });
    from = gap.at;
    offset = origin - gap.to + gap.at;
  }
  if (whole.to > from) spans.push({ offset, from, to: whole.to });
  return spans;
}

/** The cues that are shown in `[from, to)`, on a timeline that begins with `from`. */
export function cuesWithin(cues: readonly Cue[], from: Millis, to: Millis): Cue[] {
  return retime(cues, { offset: 0 - from, from: millis(0), to: millis(to - from) });
}
