import type { AnswerOf } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useCall, useErrorText, useFormats } from "../core/index.ts";
import { Card, ErrorState, Loading } from "../ui/index.tsx";
import css from "./encoder-setup.module.css";
import form from "./form.module.css";
import { useStudioTexts } from "./texts.ts";

type Attempt = AnswerOf<"channels.rejected">["items"][number];

/** Encoders that were refused, and what to change: encoders themselves tell it badly. */
export function RejectedCard({ channel }: { readonly channel: string }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText();
  const asked = useCall("channels.rejected", { params: { channel } });
  const items = asked.data?.items;
  return (
    <Card title={texts.live.rejectedTitle}>
      {items === undefined ? (
        asked.isError ? (
          <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
            {errorText(asked.error)}
          </ErrorState>
        ) : (
          <Loading />
        )
      ) : (
        <div role="status">
          {items.length === 0 ? (
            <p className={form["dim"]}>{texts.live.rejectedNone}</p>
          ) : (
            <ul className={css["attempts"]}>
              {items.slice(0, 5).map((attempt) => (
                <AttemptLine key={attempt.id} attempt={attempt} />
              ))}
            </ul>
          )}
        </div>
      )}
      <p className={form["dim"]}>{texts.live.rejectedByAddress}</p>
    </Card>
  );
}

/** Those that were refused while a broadcast runs: a second encoder, or its own with an old key. */
export function RejectedOnAir({
  channel,
  since,
}: {
  readonly channel: string;
  /** When the broadcast began. */
  readonly since: string | null;
}): ReactNode {
  const { live } = useStudioTexts();
  const asked = useCall("channels.rejected", { params: { channel } });
  const items = (asked.data?.items ?? []).filter(({ at }) => since !== null && at >= since);
  return (
    <div role="status">
      {items.length === 0 ? null : (
        <Card title={live.rejectedTitle}>
          <ul className={css["attempts"]}>
            {items.slice(0, 3).map((attempt) => (
              <AttemptLine key={attempt.id} attempt={attempt} />
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}

function AttemptLine({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const { live } = useStudioTexts();
  const formats = useFormats();
  const { code, at, address, encoder, message } = attempt;
  const known = Object.entries(live.rejected).find(([one]) => one === code)?.[1];
  const { what, advice } = known ?? {
    what: live.rejectedOther.what,
    advice: `${live.rejectedOther.advice} ${message}`,
  };
  return (
    <li className={css["attempt"]}>
      <p className={css["attemptHead"]}>
        <span>{what}</span>
        <time dateTime={at} className={form["dim"]}>
          {formats.exactTime(at)}
        </time>
      </p>
      <p>{advice}</p>
      <p className={form["dim"]}>{live.rejectedFrom(address, encoder)}</p>
    </li>
  );
}
