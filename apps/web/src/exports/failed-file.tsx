import type { ExportWish } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useChange, useErrorText, useFormats, useGo } from "../core/index.ts";
import { Button, buttonClass, ConfirmDialog, Notice, Refusal, useToast } from "../ui/index.tsx";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";
import { useWishDone } from "./use-wish-done.ts";

/** Why there is no file, what there is instead, and what can be done. */
export function FailedFile({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  const { error, fallback, retryAt } = wish;
  const reason = texts.reason(error?.code ?? "", error?.message ?? "");
  return (
    <>
      <div role="status">
        <Notice tone="bad" title={texts.failed}>
          {retryAt === null ? reason : texts.retryAtLatest(reason, formats.dateTime(retryAt))}{" "}
          {texts.failedStays}
        </Notice>
      </div>
      {fallback === null ? null : <Fallback wish={wish} fallback={fallback} />}
      <Tries wish={wish} />
    </>
  );
}

function Fallback({
  wish,
  fallback,
}: {
  readonly wish: ExportWish;
  readonly fallback: NonNullable<ExportWish["fallback"]>;
}): ReactNode {
  const texts = useExportTexts();
  const words = {
    applied: texts.fallbackApplied,
    offered: texts.fallbackOffered,
    none: texts.fallbackNone,
  };
  const told = fallback.recording === "none" ? [] : [texts.operatorTold];
  const kept = fallback.kept ? [texts.kept] : [];
  return (
    <>
      <Notice tone={fallback.recording === "none" ? "warn" : "neutral"}>
        {[words[fallback.recording], ...kept, ...told].join(" ")}
      </Notice>
      <Acts wish={wish} fallback={fallback} />
    </>
  );
}

function Acts({
  wish: { id },
  fallback: { recording, video, untrimmed, untrimmedWish, kept },
}: {
  readonly wish: ExportWish;
  readonly fallback: NonNullable<ExportWish["fallback"]>;
}): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const go = useGo();
  const [leaving, setLeaving] = useState(false);
  const retry = useChange("exports.retry", useWishDone());
  const show = useChange("exports.recording", useWishDone());
  const plain = useChange(
    "exports.untrimmed",
    useWishDone(({ id: plainWish }) => go(`/studio/exports/${plainWish}`)),
  );
  const wrong = retry.error ?? show.error ?? plain.error;
  const params = { wish: id };
  return (
    <>
      <Refusal>{wrong && errorText(wrong)}</Refusal>
      <div className={css["buttons"]}>
        <Button
          variant="primary"
          icon="refresh"
          busy={retry.isPending}
          onClick={() => retry.mutate({ params })}
        >
          {texts.retry}
        </Button>
        {recording === "offered" ? (
          <Button busy={show.isPending} onClick={() => show.mutate({ params })}>
            {texts.publishRecording}
          </Button>
        ) : null}
        {video === null ? null : (
          <a href={`/watch/${video}`} className={buttonClass()}>
            {texts.toRecording}
          </a>
        )}
        {untrimmed && untrimmedWish === null ? (
          <Button busy={plain.isPending} onClick={() => plain.mutate({ params })}>
            {texts.untrimmed}
          </Button>
        ) : null}
        {untrimmedWish === null ? null : (
          <a href={`/studio/exports/${untrimmedWish}`} className={buttonClass()}>
            {texts.toUntrimmed}
          </a>
        )}
        {kept ? (
          <Button variant="quiet" onClick={() => setLeaving(true)}>
            {texts.dismiss}
          </Button>
        ) : null}
      </div>
      {leaving ? <Leave wish={id} onClose={() => setLeaving(false)} /> : null}
    </>
  );
}

function Leave({
  wish,
  onClose,
}: {
  readonly wish: string;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const tell = useToast();
  const dismiss = useChange(
    "exports.dismiss",
    useWishDone(() => {
      tell(texts.dismissed, "good");
      onClose();
    }),
  );
  return (
    <ConfirmDialog
      open
      danger
      title={texts.dismissTitle}
      confirm={texts.dismiss}
      busy={dismiss.isPending}
      error={dismiss.error === null ? undefined : errorText(dismiss.error)}
      onConfirm={() => dismiss.mutate({ params: { wish } })}
      onClose={onClose}
    >
      <p>{texts.dismissAbout}</p>
    </ConfirmDialog>
  );
}

function Tries({ wish: { tries } }: { readonly wish: ExportWish }): ReactNode {
  const texts = useExportTexts();
  const formats = useFormats();
  if (tries.length === 0) return null;
  return (
    <section className={css["stack"]}>
      <h3>{texts.tried}</h3>
      <ol className={css["tries"]}>
        {tries.map(({ at, code, message }) => (
          <li key={at}>
            <span className={css["dim"]}>{formats.dateTime(at)}</span>
            <span>{texts.reason(code, message)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
