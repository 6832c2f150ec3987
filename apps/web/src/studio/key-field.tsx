import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { ConfirmDialog, Field, IconButton, Refusal, TextInput, useToast } from "../ui/index.tsx";
import css from "./encoder-setup.module.css";
import { useStudioTexts } from "./texts.ts";

/** The stream key: only its beginning, until one asks for it. */
export function KeyField({
  channel,
  prefix,
}: {
  readonly channel: string;
  readonly prefix: string;
}): ReactNode {
  const { live, channel: ofChannel } = useStudioTexts();
  const errorText = useErrorText(ofChannel.reasons);
  const tell = useToast();
  const [asked, setKey] = useState<string>();
  // One that was reset elsewhere in the meantime is no key any more.
  const key = asked?.startsWith(prefix) === true ? asked : undefined;
  const [isAsking, setAsking] = useState(false);
  const input = { params: { channel } };
  const reveal = useChange("channels.revealKey");
  const reset = useChange("channels.resetKey", {
    invalidates: ["channels.publishing"],
    onDone: (answer) => {
      setKey(answer.key);
      setAsking(false);
      tell(live.resetDone, "good");
    },
  });
  const known = async (): Promise<string> => key ?? (await reveal.mutateAsync(input)).key;
  const copy = async (): Promise<void> => {
    const value = await known().catch(() => undefined);
    if (value === undefined) return;
    try {
      await navigator.clipboard.writeText(value);
      tell(live.keyCopied, "good");
    } catch {
      // Pages without https have no clipboard.
      setKey(value);
      tell(live.keyShownInstead);
    }
  };
  const show = async (): Promise<void> => setKey(await known().catch(() => undefined));
  return (
    <>
      <Field label={live.key} hint={live.keyHint}>
        <div className={css["key"]}>
          <TextInput
            readOnly
            spellCheck={false}
            autoComplete="off"
            value={key ?? `${prefix}${"•".repeat(16)}`}
            onFocus={(event) => event.currentTarget.select()}
          />
          <IconButton
            icon={key === undefined ? "eye" : "eye-off"}
            label={key === undefined ? live.showKey : live.hideKey}
            busy={reveal.isPending}
            onClick={() => (key === undefined ? void show() : setKey(undefined))}
          />
          <IconButton icon="copy" label={live.copyKey} onClick={() => void copy()} />
          <IconButton icon="refresh" label={live.resetKey} onClick={() => setAsking(true)} />
        </div>
      </Field>
      <Refusal>{reveal.error && errorText(reveal.error)}</Refusal>
      <ConfirmDialog
        open={isAsking}
        danger
        title={live.resetTitle}
        confirm={live.resetConfirm}
        busy={reset.isPending}
        error={reset.error === null ? undefined : errorText(reset.error)}
        onConfirm={() => reset.mutate(input)}
        onClose={() => setAsking(false)}
      >
        <p>{live.resetAbout}</p>
      </ConfirmDialog>
    </>
  );
}
