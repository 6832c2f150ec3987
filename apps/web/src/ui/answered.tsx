import type { ReactNode } from "react";
import type { IconName } from "./icon-paths.ts";
import { Loading } from "./progress.tsx";
import { ErrorState } from "./states.tsx";

/** What was asked for, as far as it is known. */
export type Asked<Answer, Failure> = {
  readonly data: Answer | undefined;
  readonly error: Failure | null;
  readonly refetch: () => unknown;
};

/** An answer, its absence, or why there is none. An old answer stays in sight while a new one is asked for. */
export function Answered<Answer, Failure>({
  asked,
  failed,
  waiting,
  children,
}: {
  readonly asked: Asked<Answer, Failure>;
  readonly failed: (error: Failure) => {
    readonly title: string;
    readonly about: string;
    readonly icon?: IconName;
  };
  /** The place of what is on its way. */
  readonly waiting?: ReactNode;
  readonly children: (answer: Answer) => ReactNode;
}): ReactNode {
  const { data, error, refetch } = asked;
  if (data !== undefined) return children(data);
  if (error === null) return waiting ?? <Loading />;
  const { about, ...told } = failed(error);
  return (
    <ErrorState {...told} onRetry={() => void refetch()}>
      {about}
    </ErrorState>
  );
}
