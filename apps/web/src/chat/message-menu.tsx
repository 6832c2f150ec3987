import type { ChatMessage, ChatRole } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Icon, Menu, MenuItem, MenuSection, useToast } from "../ui/index.tsx";
import { BanDialog } from "./ban-dialog.tsx";
import css from "./chat.module.css";
import { ReportDialog } from "./report-dialog.tsx";
import { useChatTexts } from "./texts.ts";

type Asked = "report" | "timeout" | "ban";

/** What can be done with a message, by what the visitor is in this room. */
export function MessageMenu({
  message,
  me,
  role,
  channel,
  onAsk,
}: {
  readonly message: ChatMessage;
  /** The visitor's id; null: nobody is signed in. */
  readonly me: string | null;
  readonly role: ChatRole;
  readonly channel: string;
  readonly onAsk: (asked: Asked, message: ChatMessage) => void;
}): ReactNode {
  const texts = useChatTexts();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const { author } = message;
  const isOwn = me === author.id;
  const mayName = role === "owner" || role === "operator";
  // Who may silence whom is the server's to say; what it would surely refuse is not offered.
  const maySilence = role !== null && !isOwn && (author.badge === null || mayName);
  const remove = useChange("chat.delete", { onDone: () => tell(texts.deleted) });
  const name = useChange("chat.addModerator", {
    invalidates: ["chat.moderators"],
    onDone: () => tell(texts.madeModerator(author.name), "good"),
  });
  const onError = (error: unknown): void => tell(errorText(error), "bad");
  return (
    <Menu
      label={texts.actions(author.name)}
      button={<Icon name="more" size="s" />}
      look={{ variant: "secondary", size: "s" }}
      className={css["more"]}
    >
      <MenuItem
        icon="copy"
        onClick={() => {
          navigator.clipboard.writeText(message.text).then(() => tell(texts.copied), onError);
        }}
      >
        {texts.copy}
      </MenuItem>
      {isOwn || maySilence ? (
        <MenuItem
          icon="trash"
          onClick={() => remove.mutate({ params: { message: message.id } }, { onError })}
        >
          {texts.delete}
        </MenuItem>
      ) : null}
      {me !== null && !isOwn ? (
        <MenuItem icon="flag" onClick={() => onAsk("report", message)}>
          {texts.report}
        </MenuItem>
      ) : null}
      {maySilence ? (
        <MenuSection>
          <MenuItem icon="clock" onClick={() => onAsk("timeout", message)}>
            {texts.timeout}
          </MenuItem>
          <MenuItem icon="ban" danger onClick={() => onAsk("ban", message)}>
            {texts.ban}
          </MenuItem>
          {mayName && author.badge === null ? (
            <MenuItem
              icon="shield"
              onClick={() =>
                name.mutate({ params: { channel }, body: { person: author.id } }, { onError })
              }
            >
              {texts.makeModerator}
            </MenuItem>
          ) : null}
        </MenuSection>
      ) : null}
    </Menu>
  );
}

/** The dialogs that a message's menu opens. They outlive the message, which may go meanwhile. */
export function useMessageDialogs(channel: string): {
  readonly onAsk: (asked: Asked, message: ChatMessage) => void;
  readonly dialogs: ReactNode;
} {
  const [open, setOpen] = useState<{ asked: Asked; message: ChatMessage } | null>(null);
  const close = (): void => setOpen(null);
  const dialogs =
    open === null ? null : open.asked === "report" ? (
      <ReportDialog message={open.message} onClose={close} />
    ) : (
      <BanDialog
        person={open.message.author}
        channel={channel}
        isForever={open.asked === "ban"}
        onClose={close}
      />
    );
  return { onAsk: (asked, message) => setOpen({ asked, message }), dialogs };
}
