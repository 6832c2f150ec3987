import type { ExportWish } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useCall, useFormats } from "../core/index.ts";
import { Button, ConfirmDialog, Dialog, useToast } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { ExportState } from "./export-state.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const OLD = ["exports.list", "alerts.list", "alerts.unread"] as const;

/** All about one wish: attempts, the encoder's last words, and what can be done. */
export function ExportDialog({
  wish,
  onClose,
}: {
  readonly wish: ExportWish;
  readonly onClose: () => void;
}): ReactNode {
  const all = useOperatorTexts();
  const texts = all.exports;
  const formats = useFormats();
  const { fallback } = wish;
  return (
    <Dialog open wide title={wish.title} onClose={onClose} actions={<ExportActions wish={wish} />}>
      <div className={css["stack"]}>
        <dl className={css["facts"]}>
          <div>
            <dt>{texts.video}</dt>
            <dd>
              <a href={`/watch/${wish.video.id}`}>{wish.video.title}</a>
            </dd>
          </div>
          <div>
            <dt>{texts.state}</dt>
            <dd>
              <ExportState wish={wish} />
            </dd>
          </div>
          {fallback === null ? null : (
            <div>
              <dt>{texts.fallback}</dt>
              <dd>{texts.recordings[fallback.recording]}</dd>
              {fallback.kept ? <dd className={css["small"]}>{texts.kept}</dd> : null}
            </div>
          )}
        </dl>
        {wish.tries.length === 0 ? null : (
          <section className={css["skeletons"]}>
            <h3>{texts.attempts}</h3>
            <ol className={css["timeline"]}>
              {wish.tries.map((one) => (
                <li key={one.at}>
                  <span className={css["dim"]}>{formats.dateTime(one.at)}</span>
                  <span>{one.message}</span>
                  <span className={css["mono"]}>{one.code}</span>
                </li>
              ))}
            </ol>
          </section>
        )}
        <Job wish={wish} />
      </div>
    </Dialog>
  );
}

/** What the media server says about the job. */
function Job({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useOperatorTexts().exports;
  const detail = useCall("operator.exportDetail", { params: { wish: wish.id } });
  return (
    <Answered asked={detail}>
      {({ job }) =>
        job === null ? null : (
          <section className={css["skeletons"]}>
            <h3>{texts.job}</h3>
            <p>
              <span className={css["mono"]}>{job.id}</span> · {texts.attempt(job.attempt)}
              {job.code === null ? null : (
                <>
                  {" · "}
                  <span className={css["mono"]}>{job.code}</span>
                </>
              )}
            </p>
            {job.tail === null ? (
              <p className={css["dim"]}>{texts.noTail}</p>
            ) : (
              <>
                <h4>{texts.tail}</h4>
                {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls (WCAG 2.1.1) */}
                <pre className={css["code"]} tabIndex={0} lang="en">
                  {job.tail}
                </pre>
              </>
            )}
          </section>
        )
      }
    </Answered>
  );
}

function ExportActions({ wish }: { readonly wish: ExportWish }): ReactNode {
  const texts = useOperatorTexts().exports;
  const tell = useToast();
  const [asking, setAsking] = useState<"abort" | "dismiss">();
  const done = {
    invalidates: OLD,
    onDone: () => {
      setAsking(undefined);
      tell(texts.done, "good");
    },
  };
  const retry = useAct("exports.retry", done);
  const abort = useAct("exports.abort", done);
  const recording = useAct("exports.recording", done);
  const untrimmed = useAct("exports.untrimmed", done);
  const dismiss = useAct("exports.dismiss", done);
  const params = { wish: wish.id };
  const isUnfinished = ["asking", "queued", "running", "retrying"].includes(wish.state);
  const isOver = wish.state === "failed" || wish.state === "aborted";
  const { fallback } = wish;
  return (
    <>
      {fallback?.recording === "offered" ? (
        <Button busy={recording.isPending} onClick={() => recording.mutate({ params })}>
          {texts.useRecording}
        </Button>
      ) : null}
      {fallback?.untrimmed === true && fallback.untrimmedWish === null ? (
        <Button busy={untrimmed.isPending} onClick={() => untrimmed.mutate({ params })}>
          {texts.untrimmed}
        </Button>
      ) : null}
      {fallback?.kept === true ? (
        <Button onClick={() => setAsking("dismiss")}>{texts.dismiss}</Button>
      ) : null}
      {isOver ? (
        <Button
          variant="primary"
          icon="refresh"
          busy={retry.isPending}
          onClick={() => retry.mutate({ params })}
        >
          {texts.retry}
        </Button>
      ) : null}
      {isUnfinished ? (
        <Button icon="stop" busy={wish.stopping} onClick={() => setAsking("abort")}>
          {texts.abort}
        </Button>
      ) : null}
      <ConfirmDialog
        open={asking === "abort"}
        title={texts.abortTitle}
        confirm={texts.abort}
        danger
        busy={abort.isPending}
        onConfirm={() => abort.mutate({ params, body: {} })}
        onClose={() => setAsking(undefined)}
      >
        {texts.abortAbout}
      </ConfirmDialog>
      <ConfirmDialog
        open={asking === "dismiss"}
        title={texts.dismissTitle}
        confirm={texts.dismiss}
        danger
        busy={dismiss.isPending}
        onConfirm={() => dismiss.mutate({ params })}
        onClose={() => setAsking(undefined)}
      >
        {texts.dismissAbout}
      </ConfirmDialog>
    </>
  );
}
