import type { ChatMessage, ReportReason } from "@oxbow/site-contract";
import { reportReasons } from "@oxbow/site-contract/chat-limits";
import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import {
  Button,
  Dialog,
  Field,
  RadioGroup,
  Refusal,
  TextArea,
  useToast,
  useUiTexts,
} from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

/** Asks what is wrong with a message, and tells the moderators. */
export function ReportDialog({
  message,
  onClose,
}: {
  readonly message: ChatMessage;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useChatTexts();
  const uiTexts = useUiTexts();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const [reason, setReason] = useState<ReportReason>("spam");
  const [note, setNote] = useState("");
  const report = useChange("chat.report", {
    onDone: () => {
      tell(texts.reported, "good");
      onClose();
    },
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={texts.reportTitle(message.author.name)}
      actions={
        <>
          <Button onClick={onClose}>{uiTexts.cancel}</Button>
          <Button
            variant="primary"
            busy={report.isPending}
            onClick={() =>
              report.mutate({ params: { message: message.id }, body: { reason, note } })
            }
          >
            {texts.reportSend}
          </Button>
        </>
      }
    >
      <div className={css["form"]}>
        <blockquote className={css["quote"]}>{message.text}</blockquote>
        <RadioGroup
          legend={texts.reportWhy}
          value={reason}
          onChange={setReason}
          options={reportReasons.map((value) => ({ value, label: texts.reportReasons[value] }))}
        />
        <Field label={texts.reportNote} optional>
          <TextArea
            rows={2}
            maxLength={500}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        <Refusal>{report.error && errorText(report.error)}</Refusal>
      </div>
    </Dialog>
  );
}
