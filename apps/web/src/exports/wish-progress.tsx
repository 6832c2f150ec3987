import type { ExportWish } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Progress } from "../ui/index.tsx";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";

/** Whether a file is being made, or waits to be. */
export const isUnfinished = ({ state }: Pick<ExportWish, "state">): boolean =>
  state === "asking" || state === "queued" || state === "running" || state === "retrying";

/** How far a file is; shown at each tick, and announced only when its phase changes. */
export function WishProgress({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const { percent, bytes, secondsLeft, attempt } = wish.progress;
  const running = wish.state === "running";
  return (
    <div className={css["stack"]}>
      <p role="status">{phaseOf(wish, texts)}</p>
      <Progress label={texts.progress(wish.title)} value={running ? percent : undefined} />
      <p className={css["figures"]}>
        {running ? (
          <>
            <span className={css["percent"]}>{formats.percent(percent)}</span>
            <span>{formats.bytes(bytes)}</span>
            {secondsLeft === null ? null : (
              <span>
                {texts.left(formats.spokenDuration(Math.max(1, Math.round(secondsLeft))))}
              </span>
            )}
            {attempt > 1 ? <span>{texts.attempt(formats.number(attempt))}</span> : null}
          </>
        ) : null}
      </p>
    </div>
  );
}

function phaseOf(wish: ExportWish, { phases }: ReturnType<typeof useExportTexts>): string {
  if (wish.stopping) return phases.stopping;
  if (wish.state === "running") return phases.running;
  return wish.state === "queued" ? phases.queued : phases.asking;
}
