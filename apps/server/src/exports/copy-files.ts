import { SMALL_BYTES, warmThreads } from "./copy/index.ts";
import { prepareCopy } from "./edges/index.ts";
import type { Attempt, ExportTools, MadeFiles, WorkContext } from "./export-attempt.ts";
import { chaptersOf, marksIn } from "./export-chapters.ts";
import { estimateBytes, resolveRange } from "./export-range.ts";
import type { ExportedFile } from "./export-result.ts";
import type { RenditionWish } from "./export-spec.ts";
import { type GivenText, movieTexts, onTimeline, readTexts, softTexts } from "./export-texts.ts";
import { planOptions, recordedName } from "./plan-options.ts";
import { checkSpace, type PlannedFile, writeFile } from "./write-file.ts";

/** Of the progress that is told, what is encoded for an exact cut: how long that takes, nobody knows before. */
const EDGES_PERCENT = 20;

/**
 * Copies every file of an export. An attempt begins from nothing: copying what an attempt before had
 * copied costs less than proving that it is all there.
 */
export async function copyFiles(tools: ExportTools, attempt: Attempt): Promise<MadeFiles> {
  const { files } = tools.assets;
  try {
    // Files that were made for the copies are there until all are written.
    await using prepared = new AsyncDisposableStack();
    const texts = await readTexts(tools, attempt, softTexts(attempt.spec));
    const planned: PlannedFile[] = [];
    const { spec, report } = attempt;
    for (const [at, wish] of spec.renditions.entries()) {
      const progress = (part: number): void => {
        const percent = Math.floor(((at + part) / spec.renditions.length) * EDGES_PERCENT);
        report({ percent, bytes: 0, secondsLeft: null });
      };
      planned.push(await planFile(tools, attempt, { wish, texts, progress }, prepared));
      attempt.signal.throwIfAborted();
    }
    const total = planned.reduce((sum, { plan }) => sum + plan.bytes, 0);
    await checkSpace(files.root, total);
    const pace = paceOf(total, spec.cut === "exact" ? EDGES_PERCENT : 0, report);
    const made: ExportedFile[] = [];
    let before = 0;
    for (const file of planned) {
      const written = before;
      made.push(await writeFile(attempt, file, (bytes) => pace(written + bytes)));
      before += file.plan.bytes;
    }
    return told(planned, made);
  } catch (error) {
    await files.discard(attempt.asset);
    throw error;
  }
}

type FileOrder = {
  readonly wish: RenditionWish;
  readonly texts: readonly GivenText[];
  /** The part, from 0 to 1, of what is encoded for it. */
  readonly progress: (part: number) => void;
};

async function planFile(
  tools: ExportTools,
  { spec, asset, signal, to }: Attempt,
  { wish, texts, progress }: FileOrder,
  prepared: AsyncDisposableStack,
): Promise<PlannedFile> {
  const range = await resolveRange(tools, spec, to, recordedName(wish, spec.mode));
  // They begin while the plan is made.
  if (estimateBytes(range) > SMALL_BYTES) warmThreads();
  const place = await tools.assets.files.begin(asset, wish.name);
  const { encoder, planner } = tools;
  const wanted = planOptions(spec, wish, to);
  const copyTools = { encoder, prefix: place.partial, signal, progress };
  const ready = prepared.use(await prepareCopy(range, wanted, copyTools));
  const marks = await marksIn(tools.recordings, ready.range.spans);
  const plan = await planner.plan(ready.range, {
    ...ready.options,
    ...(marks.length > 0 && { chapters: (timeline) => chaptersOf(marks, timeline) }),
    ...(texts.length > 0 && { texts: (timeline) => movieTexts(onTimeline(texts, timeline)) }),
  });
  return { rendition: wish.name, plan, place };
}

function told(planned: readonly PlannedFile[], files: readonly ExportedFile[]): MadeFiles {
  const [first] = planned;
  if (first === undefined) throw new RangeError("An export of no file");
  const durationMs = planned.reduce(
    (most, { plan }) => (plan.durationMs > most ? plan.durationMs : most),
    first.plan.durationMs,
  );
  return { files, durationMs, gaps: first.plan.gaps, cut: first.plan.cut };
}

/** Turns bytes written into the progress that is told, from the percent that is reached already. */
function paceOf(
  total: number,
  reached: number,
  report: WorkContext["report"],
): (bytes: number) => void {
  const began = performance.now();
  return (bytes) => {
    if (bytes === 0) return;
    const seconds = (performance.now() - began) / 1000;
    report({
      // The last percent is fsync and verification.
      percent: Math.min(99, reached + Math.floor((bytes / total) * (100 - reached))),
      bytes,
      secondsLeft: Math.round(((total - bytes) * seconds) / bytes),
    });
  };
}
