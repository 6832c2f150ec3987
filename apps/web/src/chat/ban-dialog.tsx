import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import {
  Button,
  Checkbox,
  Dialog,
  Field,
  Refusal,
  Select,
  TextInput,
  useToast,
  useUiTexts,
} from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

const MINUTES = [1, 5, 10, 30, 60, 1_440, 10_080] as const;

/** Silences a person in a channel's chat: for a time, or until it is taken back. */
export function BanDialog({
  person,
  channel,
  isForever,
  onClose,
}: {
  readonly person: { readonly id: string; readonly name: string };
  readonly channel: string;
  readonly isForever: boolean;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useChatTexts();
  const uiTexts = useUiTexts();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const [minutes, setMinutes] = useState(10);
  const [reason, setReason] = useState("");
  const [clear, setClear] = useState(true);
  const done = (text: string) => ({
    invalidates: ["chat.bans", "chat.reports"] as const,
    onDone: () => {
      tell(text, "good" as const);
      onClose();
    },
  });
  const timeout = useChange("chat.timeout", done(texts.timedOutDone(person.name)));
  const ban = useChange("chat.ban", done(texts.bannedDone(person.name)));
  const error = isForever ? ban.error : timeout.error;
  const send = (): void => {
    const body = { person: person.id, reason, clear };
    if (isForever) ban.mutate({ params: { channel }, body });
    else timeout.mutate({ params: { channel }, body: { ...body, minutes } });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={isForever ? texts.banTitle(person.name) : texts.timeoutTitle(person.name)}
      actions={
        <>
          <Button onClick={onClose}>{uiTexts.cancel}</Button>
          <Button variant="danger" busy={ban.isPending || timeout.isPending} onClick={send}>
            {isForever ? texts.banDo : texts.timeoutDo}
          </Button>
        </>
      }
    >
      <div className={css["form"]}>
        {isForever ? <p>{texts.banAbout}</p> : null}
        {isForever ? null : (
          <Field label={texts.timeoutHow}>
            <Select value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
              {MINUTES.map((value) => (
                <option key={value} value={value}>
                  {texts.minutes(value)}
                </option>
              ))}
            </Select>
          </Field>
        )}
        <Field label={texts.why} optional>
          <TextInput
            maxLength={300}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </Field>
        <Checkbox
          label={texts.clear}
          checked={clear}
          onChange={(event) => setClear(event.target.checked)}
        />
        <Refusal>{error && errorText(error)}</Refusal>
      </div>
    </Dialog>
  );
}
