import type { MovieText } from "@oxbow/containers";
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
import type { ExportSpec, TextSpec } from "./export-spec.ts";
import type { PlannedTimeline } from "./plan/index.ts";

/** A text as it was given. */
export type GivenText = {
  readonly spec: TextSpec;
  readonly text: SubtitleText;
  /** Wall clock of its time 0; absent: it is timed for the export. */
  readonly origin?: Millis;
};

/** A text on the export's own timeline. */
export type TimedText = { readonly spec: TextSpec; readonly text: SubtitleText };

/** The texts that are shown beside the pictures, as the asset takes them; what shows nothing is left out. */
export async function textsOf(
  tools: ExportTools,
  attempt: Attempt,
  made: MadeFiles,
): Promise<readonly SubtitleRequest[]> {
  const timed = onTimeline(await readTexts(tools, attempt, softTexts(attempt.spec)), made);
  return timed.map(({ spec: { language, label, default: preferred }, text }) => ({
    language,
    label: label ?? undefined,
    kind: "subtitles",
    default: preferred,
    forced: false,
    text: webVtt(text),
  }));
}

/** Those that are shown beside the pictures, not drawn into them. */
export function softTexts({ subtitles }: Pick<ExportSpec, "subtitles">): readonly TextSpec[] {
  return subtitles.filter(({ burn }) => !burn);
}

/** The texts that were kept with the job, and the wall clock that they are timed for. */
export async function readTexts(
  { inputs, recordings }: ExportTools,
  { job, spec }: Pick<Attempt, "job" | "spec">,
  texts: readonly TextSpec[],
): Promise<readonly GivenText[]> {
  if (texts.length === 0) return [];
  const began =
    spec.broadcast === null ? undefined : (await recordings.broadcast(spec.broadcast))?.from;
  const given: GivenText[] = [];
  for (const text of texts) {
    const { cues, styles } = parseSubtitles((await inputs.read(job.id, text.file)).toString());
    const about = { spec: text, text: { cues, styles } };
    given.push(text.timing === "broadcast" ? { ...about, origin: began ?? spec.from } : about);
  }
  return given;
}

/** The texts moved onto an export's timeline; what shows nothing there is left out. */
export function onTimeline(
  given: readonly GivenText[],
  timeline: PlannedTimeline,
): readonly TimedText[] {
  return given.flatMap(({ spec, text, origin }) => {
    const cues = retime(text.cues, ...spansOf(timeline, origin));
    return cues.length === 0 ? [] : [{ spec, text: { ...text, cues } }];
  });
}

/** The texts as tracks of a file: one of them at the most is shown unasked, the one that the asset shows. */
export function movieTexts(timed: readonly TimedText[]): readonly MovieText[] {
  const shown = timed.findLast(({ spec }) => spec.default);
  return timed.map((each) => {
    const { language, label } = each.spec;
    const about = { language, default: each === shown, cues: each.text.cues };
    return label === null ? about : { ...about, label };
  });
}

/**
 * The pieces of the wall clock that the export shows. `origin` is the wall clock of a text's time 0; without
 * it the text is timed for the export, and is only cut at its end.
 */
export function spansOf(
  { durationMs, cut, gaps }: PlannedTimeline,
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
