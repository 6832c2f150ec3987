import type { ReactNode } from "react";
import { type CallError, useErrorText } from "../core/index.ts";
import { type Asked, Loading, Skeleton, Answered as UiAnswered } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** An answer of the operator's calls: the media server behind them may be away. */
export function Answered<Answer>({
  asked,
  children,
}: {
  readonly asked: Asked<Answer, CallError>;
  readonly children: (answer: Answer) => ReactNode;
}): ReactNode {
  const texts = useOperatorTexts();
  const errorText = useErrorText(texts.reasons);
  return (
    <UiAnswered
      asked={asked}
      waiting={<Waiting />}
      failed={(error) =>
        error.code === "media_server_away"
          ? { title: texts.away, about: texts.awayAbout, icon: "server" }
          : { title: texts.loadFailed, about: errorText(error) }
      }
    >
      {children}
    </UiAnswered>
  );
}

/** The place of a list. */
function Waiting(): ReactNode {
  return (
    <Loading>
      <div className={css["skeletons"]}>
        {["a", "b", "c", "d"].map((line) => (
          <Skeleton key={line} height="3.25rem" />
        ))}
      </div>
    </Loading>
  );
}
