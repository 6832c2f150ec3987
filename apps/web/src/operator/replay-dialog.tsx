import type { MediaSink } from "@oxbow/site-contract";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Dialog, Field, RadioGroup, Refusal, TextInput, useToast } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

type Way = "after" | "range";

/** Has a part of the log delivered to a sink again: all after a number, or all of a time. */
export function ReplayDialog({
  sink,
  onClose,
}: {
  readonly sink: MediaSink;
  readonly onClose: () => void;
}): ReactNode {
  const all = useOperatorTexts();
  const texts = all.sinks;
  const errorText = useErrorText(all.reasons);
  const tell = useToast();
  const form = useId();
  const [way, setWay] = useState<Way>("after");
  const [after, setAfter] = useState("");
  const [range, setRange] = useState({ from: "", to: "" });
  const replay = useChange("operator.replaySink", {
    invalidates: ["operator.sinks", "operator.sinkDeliveries"],
    onDone: ({ deliveries }) => {
      tell(texts.replayed(deliveries), "good");
      onClose();
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const body =
      way === "after"
        ? { after: Number(after) }
        : { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() };
    replay.mutate({ params: { sink: sink.id }, body });
  };
  return (
    <Dialog
      open
      title={texts.replayTitle}
      onClose={onClose}
      actions={
        <Button type="submit" form={form} variant="primary" busy={replay.isPending}>
          {texts.replayTitle}
        </Button>
      }
    >
      <form id={form} className={css["form"]} onSubmit={send}>
        <p>{texts.replayAbout}</p>
        <RadioGroup<Way>
          legend={texts.replayBy}
          value={way}
          onChange={setWay}
          options={[
            { value: "after", label: texts.replayAfter },
            { value: "range", label: texts.replayRange },
          ]}
        />
        {way === "after" ? (
          <Field label={texts.after} required>
            <TextInput
              type="number"
              min={0}
              step={1}
              inputMode="numeric"
              value={after}
              onChange={({ target }) => setAfter(target.value)}
            />
          </Field>
        ) : (
          <>
            <Field label={all.events.from} required>
              <TextInput
                type="datetime-local"
                value={range.from}
                onChange={({ target }) => setRange({ ...range, from: target.value })}
              />
            </Field>
            <Field label={all.events.to} required>
              <TextInput
                type="datetime-local"
                value={range.to}
                onChange={({ target }) => setRange({ ...range, to: target.value })}
              />
            </Field>
          </>
        )}
        <Refusal>{replay.error && errorText(replay.error)}</Refusal>
      </form>
    </Dialog>
  );
}
