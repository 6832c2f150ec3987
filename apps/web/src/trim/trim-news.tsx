import type { ReactNode } from "react";
import { Button, Notice } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";

/** Why what is shown may not be as it is now. */
export type Trouble =
  /** Retention or somebody has removed all of it. */
  | { readonly is: "gone" }
  /** It could not be asked for; `text` says why. */
  | { readonly is: "away"; readonly text: string };

/** Retention removes whole files: less than this is no news. */
const LEAST_MS = 1000;

/** What has happened to the recording since the editor was opened. */
export function News({
  recording,
  first,
  trouble,
  onRetry,
}: {
  readonly recording: Recording;
  readonly first: Recording;
  readonly trouble: Trouble | undefined;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useTrimTexts();
  const begins = Date.parse(recording.from);
  const isShorter = begins - Date.parse(first.from) > LEAST_MS;
  return (
    <div role="status" className={css["news"]}>
      {trouble?.is === "gone" ? (
        <Notice tone="bad" title={texts.vanished}>
          {texts.vanishedAbout}
        </Notice>
      ) : null}
      {trouble?.is === "away" ? (
        <Notice
          tone="warn"
          title={texts.stale}
          actions={
            <Button size="s" icon="refresh" onClick={onRetry}>
              {texts.retry}
            </Button>
          }
        >
          {trouble.text} {texts.again}
        </Notice>
      ) : null}
      {isShorter ? <Notice tone="warn">{texts.shortened(clockText(begins))}</Notice> : null}
      {first.running && !recording.running ? <Notice tone="good">{texts.ended}</Notice> : null}
    </div>
  );
}
