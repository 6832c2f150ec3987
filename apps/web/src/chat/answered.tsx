import type { ReactNode } from "react";
import { type CallError, useErrorText } from "../core/index.ts";
import { type Asked, Answered as UiAnswered } from "../ui/index.tsx";
import { useChatTexts } from "./texts.ts";

/** An answer of the calls of moderators. */
export function Answered<Answer>({
  asked,
  children,
}: {
  readonly asked: Asked<Answer, CallError>;
  readonly children: (answer: Answer) => ReactNode;
}): ReactNode {
  const texts = useChatTexts();
  const errorText = useErrorText(texts.reasons);
  return (
    <UiAnswered
      asked={asked}
      failed={(error) => ({ title: texts.failed, about: errorText(error) })}
    >
      {children}
    </UiAnswered>
  );
}
