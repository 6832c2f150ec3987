import type { AnswerOf } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useAnswers, useChange, useErrorText, useFormats, useNow } from "../core/index.ts";
import { Button, Card, Notice, Refusal } from "../ui/index.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";

type Test = AnswerOf<"channels.publishing">["test"];

/** A test picture that the server publishes, for who has no encoder at hand. */
export function TestStreamCard({
  channel,
  test,
}: {
  readonly channel: string;
  readonly test: Test;
}): ReactNode {
  const { test: texts } = useStudioTexts();
  return (
    <Card title={texts.title}>
      <p className={css["dim"]}>{texts.about}</p>
      <TestStreamControl channel={channel} test={test} />
    </Card>
  );
}

/** Starts and stops the test stream, or says what is missing for it. */
export function TestStreamControl({
  channel,
  test,
}: {
  readonly channel: string;
  readonly test: Test;
}): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText(texts.channel.reasons);
  const answers = useAnswers();
  const input = { params: { channel } };
  const start = useChange("channels.startTest", { invalidates: ["channels.publishing"] });
  const stop = useChange("channels.stopTest", { invalidates: ["channels.publishing"] });
  const error = start.error ?? stop.error;
  if (test.missing !== null) {
    return (
      <Notice
        tone="warn"
        actions={
          <Button size="s" onClick={() => void answers.invalidate("channels.publishing")}>
            {texts.test.again}
          </Button>
        }
      >
        {test.missing === "ffmpeg" ? texts.test.missingFfmpeg : texts.test.missingEncoder}
      </Notice>
    );
  }
  return (
    <div className={css["form"]}>
      {test.running === null ? null : <Running endsAt={test.running.endsAt} />}
      <div className={css["buttons"]}>
        {test.running === null ? (
          <Button icon="play" busy={start.isPending} onClick={() => start.mutate(input)}>
            {start.isPending ? texts.test.starting : texts.test.start}
          </Button>
        ) : (
          <Button icon="stop" busy={stop.isPending} onClick={() => stop.mutate(input)}>
            {texts.test.stop}
          </Button>
        )}
      </div>
      <Refusal>{error && errorText(error)}</Refusal>
    </div>
  );
}

function Running({ endsAt }: { readonly endsAt: string }): ReactNode {
  const { test } = useStudioTexts();
  const formats = useFormats();
  const now = useNow(1_000);
  return <p>{test.running(formats.duration((Date.parse(endsAt) - now) / 1000))}</p>;
}
