import type { ReactNode } from "react";
import { type CallError, useErrorText } from "../core/index.ts";
import { ErrorState, Loading, Skeleton } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

type Asked<Answer> = {
  readonly data: Answer | undefined;
  readonly error: CallError | null;
  readonly refetch: () => unknown;
};

/** An answer, its absence, or why there is none. An old answer stays in sight while a new one is asked for. */
export function Answered<Answer>({
  asked,
  children,
}: {
  readonly asked: Asked<Answer>;
  readonly children: (answer: Answer) => ReactNode;
}): ReactNode {
  const texts = useOperatorTexts();
  const errorText = useErrorText(texts.reasons);
  if (asked.data !== undefined) return children(asked.data);
  if (asked.error === null) return <Waiting />;
  const isAway = asked.error.code === "media_server_away";
  return (
    <ErrorState
      title={isAway ? texts.away : texts.loadFailed}
      icon={isAway ? "server" : "alert"}
      onRetry={() => void asked.refetch()}
    >
      {isAway ? texts.awayAbout : errorText(asked.error)}
    </ErrorState>
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
