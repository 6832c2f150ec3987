import type { RetentionRule } from "@oxbow/site-contract";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { useChange, useErrorText, useFormats } from "../core/index.ts";
import { Button, Dialog, Field, Notice, Refusal, TextInput, useToast } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

const GIGABYTE = 1e9;

/** Changes how long recordings stay, after showing what would go. */
export function RetentionDialog({
  name,
  stream,
  rule,
  onClose,
}: {
  readonly name: string;
  readonly stream: string;
  readonly rule: RetentionRule;
  readonly onClose: () => void;
}): ReactNode {
  const all = useOperatorTexts();
  const texts = all.storage;
  const errorText = useErrorText(all.reasons);
  const tell = useToast();
  const form = useId();
  const [days, setDays] = useState(rule.days === null ? "" : String(rule.days));
  const [size, setSize] = useState(rule.bytes === null ? "" : String(rule.bytes / GIGABYTE));
  const preview = useChange("operator.previewRetention");
  const apply = useChange("operator.setRetention", {
    invalidates: ["operator.storage"],
    onDone: () => {
      tell(texts.applied, "good");
      onClose();
    },
  });
  const body: RetentionRule = {
    days: days === "" ? null : Number(days),
    bytes: size === "" ? null : Math.round(Number(size) * GIGABYTE),
  };
  const params = { stream };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    // What would go is seen before it goes.
    if (preview.data === undefined) preview.mutate({ params, body });
    else apply.mutate({ params, body });
  };
  const changed = (set: (value: string) => void) => (value: string) => {
    preview.reset();
    set(value);
  };
  const error = preview.error ?? apply.error;
  return (
    <Dialog
      open
      title={texts.changeOf(name)}
      onClose={onClose}
      actions={
        <Button
          type="submit"
          form={form}
          variant={preview.data === undefined ? "secondary" : "danger"}
          busy={preview.isPending || apply.isPending}
        >
          {preview.data === undefined ? texts.preview : texts.apply}
        </Button>
      }
    >
      <form id={form} className={css["form"]} onSubmit={send}>
        <Field label={texts.daysField} hint={texts.daysHint}>
          <TextInput
            type="number"
            min={0.1}
            max={36_500}
            step="any"
            value={days}
            onChange={({ target }) => changed(setDays)(target.value)}
          />
        </Field>
        <Field label={texts.gigabytesField} hint={texts.gigabytesHint}>
          <TextInput
            type="number"
            min={0.001}
            step="any"
            value={size}
            onChange={({ target }) => changed(setSize)(target.value)}
          />
        </Field>
        <div role="status">
          {preview.data === undefined ? null : <Preview preview={preview.data} />}
        </div>
        <Refusal>{error && errorText(error)}</Refusal>
      </form>
    </Dialog>
  );
}

function Preview({
  preview,
}: {
  readonly preview: {
    readonly bytes: number;
    readonly before: string | null;
    readonly left: number;
  };
}): ReactNode {
  const texts = useOperatorTexts().storage;
  const formats = useFormats();
  if (preview.before === null) return <Notice tone="good">{texts.previewNothing}</Notice>;
  return (
    <Notice tone="warn">
      {texts.previewGone(
        formats.bytes(preview.bytes),
        formats.dateTime(preview.before),
        formats.bytes(preview.left),
      )}
    </Notice>
  );
}
