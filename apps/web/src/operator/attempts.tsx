import type { DeliveryAttempt } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Badge } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

const isWell = ({ status }: DeliveryAttempt): boolean =>
  status !== null && status >= 200 && status < 300;

/** Tries to deliver, the oldest first: when, with what answer, and how long it took. */
export function Attempts({ log }: { readonly log: readonly DeliveryAttempt[] }): ReactNode {
  const texts = useOperatorTexts().events;
  const formats = useFormats();
  if (log.length === 0) return <p className={css["dim"]}>{texts.noAttempt}</p>;
  return (
    <ol className={css["timeline"]}>
      {log.map((attempt) => (
        <li key={attempt.at} className={isWell(attempt) ? css["well"] : undefined}>
          <span className={css["row"]}>
            <Badge tone={isWell(attempt) ? "good" : "bad"}>
              {attempt.status ?? texts.noAnswer}
            </Badge>
            <span className={css["dim"]}>
              {formats.exactTime(attempt.at)} ·{" "}
              {texts.milliseconds(formats.number(attempt.milliseconds))}
            </span>
          </span>
          {(attempt.error ?? attempt.answer ?? "") === "" ? null : (
            <span className={css["mono"]}>{attempt.error ?? attempt.answer}</span>
          )}
        </li>
      ))}
    </ol>
  );
}
