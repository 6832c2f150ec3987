import type { ReactNode } from "react";
import { useAnswers, useCall, useUpdates } from "../core/index.ts";
import { Icon } from "../ui/index.tsx";
import css from "./alert-bell.module.css";
import { useAppTexts } from "./use-app-texts.ts";

/** For operators, on every page: the way to what needs them, and how much of it is new. Calm without alerts. */
export function AlertBell(): ReactNode {
  const texts = useAppTexts();
  const answers = useAnswers();
  const { data } = useCall("alerts.unread", {});
  useUpdates(["operator"], ({ type }) => {
    if (type === "alert.changed") void answers.invalidate("alerts.unread");
  });
  if (data === undefined || data.open === 0) return null;
  return (
    <a href="/operator" aria-label={texts.alerts(data.open, data.unread)} className={css["bell"]}>
      <Icon name="bell" />
      {data.unread === 0 ? null : (
        <span aria-hidden="true" className={css["count"]}>
          {data.unread}
        </span>
      )}
    </a>
  );
}
