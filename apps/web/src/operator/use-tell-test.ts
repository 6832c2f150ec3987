import { useFormats } from "../core/index.ts";
import { useToast } from "../ui/index.tsx";
import { useOperatorTexts } from "./texts.ts";

type TestAnswer = {
  /** HTTP status; null: nothing was answered. */
  readonly status: number | null;
  readonly milliseconds: number;
  readonly error: string | null;
};

/** Tells in the corner what a receiver answered to a test message. */
export function useTellTest(): (answer: TestAnswer) => void {
  const { sinks: texts } = useOperatorTexts();
  const formats = useFormats();
  const tell = useToast();
  return ({ status, milliseconds, error }) => {
    if (status === null) {
      tell(texts.testFailed(error ?? ""), "bad");
      return;
    }
    const isWell = status >= 200 && status < 300;
    tell(texts.tested(String(status), formats.number(milliseconds)), isWell ? "good" : "bad");
  };
}
