import type { ExportWish } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useChange, useErrorText, useFormats } from "../core/index.ts";
import { Button, buttonClass, Card, Notice, Refusal } from "../ui/index.tsx";
import css from "./exports.module.css";
import { FailedFile } from "./failed-file.tsx";
import { ReadyFile } from "./ready-file.tsx";
import { StopDialog } from "./stop-dialog.tsx";
import { useExportTexts } from "./texts.ts";
import { useWishDone } from "./use-wish-done.ts";
import { isUnfinished, WishProgress } from "./wish-progress.tsx";

/** What there is to know and to do, by where a file is. */
export function WishPanel({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  return (
    <Card title={texts.stands}>
      <div className={css["stack"]}>
        {isUnfinished(wish) ? <Unfinished wish={wish} /> : null}
        {wish.state === "ready" && wish.file !== null ? (
          <ReadyFile wish={wish} file={wish.file} />
        ) : null}
        {wish.state === "ready" && wish.file === null ? (
          <div role="status">
            <Notice>{texts.fileRemoved}</Notice>
          </div>
        ) : null}
        {wish.state === "failed" ? <FailedFile wish={wish} /> : null}
        {wish.state === "aborted" ? <Aborted wish={wish} /> : null}
      </div>
    </Card>
  );
}

function Unfinished({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const [stopping, setStopping] = useState(false);
  const { error, retryAt } = wish;
  return (
    <>
      {wish.state === "retrying" && retryAt !== null ? (
        <Notice tone="warn" title={texts.retrySoon}>
          <span role="status">
            {texts.retryAt(
              texts.reason(error?.code ?? "", error?.message ?? ""),
              formats.exactTime(retryAt),
            )}
          </span>
        </Notice>
      ) : (
        <WishProgress wish={wish} />
      )}
      <div className={css["buttons"]}>
        <Button icon="stop" disabled={wish.stopping} onClick={() => setStopping(true)}>
          {texts.stop}
        </Button>
      </div>
      {stopping ? <StopDialog wish={wish.id} onClose={() => setStopping(false)} /> : null}
    </>
  );
}

function Aborted({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const errorText = useErrorText();
  const retry = useChange("exports.retry", useWishDone());
  const { by, why, percent } = wish.aborted ?? { by: "", why: null, percent: 0 };
  const who = by === "" ? texts.stoppedSomebody : texts.stopped(by);
  return (
    <>
      <div role="status">
        <Notice title={percent > 0 ? `${who}, ${texts.stoppedAt(formats.percent(percent))}` : who}>
          {why}
        </Notice>
      </div>
      <Refusal>{retry.error && errorText(retry.error)}</Refusal>
      <div className={css["buttons"]}>
        <Button
          icon="refresh"
          busy={retry.isPending}
          onClick={() => retry.mutate({ params: { wish: wish.id } })}
        >
          {texts.retry}
        </Button>
        <a href={`/watch/${wish.video.id}`} className={buttonClass({ variant: "quiet" })}>
          {texts.toRecording}
        </a>
      </div>
    </>
  );
}
