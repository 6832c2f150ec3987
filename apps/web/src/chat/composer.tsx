import type { ChatRoom } from "@oxbow/site-contract";
import { MESSAGE_LIMIT } from "@oxbow/site-contract/chat-limits";
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { useErrorText, useFormats, useNow, useSession } from "../core/index.ts";
import { buttonClass, Icon, IconButton } from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";
import type { Sending } from "./use-sending.ts";

/** Shown from so many characters left. */
const COUNT_FROM = 100;

/** Where a message is written; or why none can be. */
export function Composer({
  room,
  nextAt,
  sending,
  text,
  onText,
}: {
  readonly room: ChatRoom;
  /** When slow mode lets one write again, Unix milliseconds; 0: now. */
  readonly nextAt: number;
  readonly sending: Sending;
  readonly text: string;
  readonly onText: (text: string) => void;
}): ReactNode {
  const texts = useChatTexts();
  const { person } = useSession();
  const now = useNow(1_000);
  const formats = useFormats();
  const { standing, rules } = room;
  const moderates = standing !== null && standing.role !== null;
  if (!room.open) return <Closed text={texts.over} />;
  if (!rules.on && !moderates) return <Closed text={texts.off} />;
  if (person === null) {
    const next = `${location.pathname}${location.search}`;
    return (
      <div className={css["composer"]}>
        <a
          className={buttonClass({ variant: "primary" })}
          href={`/sign-in?${new URLSearchParams({ next })}`}
        >
          {texts.signIn}
        </a>
      </div>
    );
  }
  if (standing?.banned === true) return <Closed text={texts.banned} />;
  const until = Date.parse(standing?.timedOutUntil ?? "");
  if (until > now) return <Closed text={texts.timedOut(formats.duration((until - now) / 1000))} />;
  const wait = Math.ceil((nextAt - now) / 1000);
  return (
    <Writing
      sending={sending}
      text={text}
      onText={onText}
      wait={wait > 0 ? texts.wait(formats.duration(wait)) : null}
      slow={rules.slowSeconds > 0 && !moderates ? texts.slow(rules.slowSeconds) : null}
    />
  );
}

function Closed({ text }: { readonly text: string }): ReactNode {
  return (
    <div className={css["composer"]}>
      <p role="status" className={css["closed"]}>
        <Icon name="lock" size="s" />
        {text}
      </p>
    </div>
  );
}

function Writing({
  sending,
  text,
  onText,
  wait,
  slow,
}: {
  readonly sending: Sending;
  readonly text: string;
  readonly onText: (text: string) => void;
  /** How long slow mode still lasts; null: it does not. */
  readonly wait: string | null;
  readonly slow: string | null;
}): ReactNode {
  const texts = useChatTexts();
  const errorText = useErrorText(texts.reasons);
  const about = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const left = MESSAGE_LIMIT - text.length;
  const isReady = text.trim() !== "" && wait === null;
  const send = (): void => {
    if (!isReady) return;
    sending.send(text.trim());
    onText("");
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter ends the choice of a character where one is being composed.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  const { refusal } = sending;
  return (
    <form
      className={css["composer"]}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div role="alert">
        {refusal === null ? null : <p className={css["refusal"]}>{errorText(refusal)}</p>}
      </div>
      <div className={css["writing"]}>
        <textarea
          ref={area}
          rows={1}
          className={css["input"]}
          aria-label={texts.composer}
          aria-describedby={about}
          placeholder={texts.placeholder}
          maxLength={MESSAGE_LIMIT}
          value={text}
          onChange={(event) => onText(event.target.value)}
          onKeyDown={onKeyDown}
        />
        <IconButton
          type="submit"
          icon="send"
          variant="primary"
          label={texts.send}
          aria-disabled={!isReady || undefined}
        />
      </div>
      <p id={about} className={css["about"]}>
        {wait ?? slow}
        {left <= COUNT_FROM ? <span className={css["left"]}>{texts.left(left)}</span> : null}
      </p>
    </form>
  );
}
