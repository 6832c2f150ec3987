import type { ChatSettings } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useAnswers, useCall, useChange, useErrorText } from "../core/index.ts";
import { Button, Field, Refusal, Select, Switch, TextArea, useToast } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

const SLOW = [0, 5, 10, 30, 60, 120, 300, 900] as const;

/** The rules of a channel's chat. On, off and slow mode are changed at once. */
export function RulesPart({ channel }: { readonly channel: string }): ReactNode {
  const settings = useCall("chat.settings", { params: { channel } });
  return (
    <Answered asked={settings}>{(data) => <Rules channel={channel} settings={data} />}</Answered>
  );
}

function Rules({
  channel,
  settings,
}: {
  readonly channel: string;
  readonly settings: ChatSettings;
}): ReactNode {
  const texts = useChatTexts();
  const tell = useToast();
  const answers = useAnswers();
  const errorText = useErrorText(texts.reasons);
  const [words, setWords] = useState(settings.words.join("\n"));
  const input = { params: { channel } };
  const change = useChange("chat.changeSettings", {
    onDone: (answer) => {
      answers.set("chat.settings", input, answer);
      tell(texts.saved, "good");
    },
  });
  const list = words
    .split("\n")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return (
    <div className={css["form"]}>
      <Switch
        label={texts.chatOn}
        hint={texts.chatOnHint}
        checked={settings.on}
        disabled={change.isPending}
        onChange={(event) => change.mutate({ ...input, body: { on: event.target.checked } })}
      />
      <Field label={texts.slowMode}>
        <Select
          value={settings.slowSeconds}
          onChange={(event) =>
            change.mutate({ ...input, body: { slowSeconds: Number(event.target.value) } })
          }
        >
          {[...new Set([...SLOW, settings.slowSeconds])].map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds === 0 ? texts.slowOff : texts.slowEvery(seconds)}
            </option>
          ))}
        </Select>
      </Field>
      <form
        className={css["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ ...input, body: { words: list } });
        }}
      >
        <Field label={texts.words} hint={texts.wordsHint}>
          <TextArea rows={5} value={words} onChange={(event) => setWords(event.target.value)} />
        </Field>
        <div>
          <Button type="submit" variant="primary" busy={change.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
      <Refusal>{change.error && errorText(change.error)}</Refusal>
    </div>
  );
}
