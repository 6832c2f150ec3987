import type { ChatMessage } from "@oxbow/site-contract";
import { memo, type ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { Badge, classNames } from "../ui/index.tsx";
import css from "./chat.module.css";
import { hueOfAuthor } from "./hue-of-author.ts";
import { textParts } from "./text-parts.ts";
import { useChatTexts } from "./texts.ts";

/** A message's words; addresses in them can be followed, and earn their writers nothing. */
export function MessageText({ text }: { readonly text: string }): ReactNode {
  return textParts(text).map((part, at) =>
    part.href === undefined ? (
      part.text
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never change
      <a key={at} href={part.href} target="_blank" rel="nofollow ugc noopener noreferrer">
        {part.text}
      </a>
    ),
  );
}

/** Who wrote, with a colour of their own and what they are in this room. */
export function AuthorName({ author }: { readonly author: ChatMessage["author"] }): ReactNode {
  const texts = useChatTexts();
  return (
    <>
      <bdi className={css["author"]} style={{ "--hue": String(hueOfAuthor(author.id)) }}>
        {author.name}
      </bdi>
      {author.badge === null ? null : (
        <>
          {" "}
          <Badge tone={author.badge === "owner" ? "accent" : "neutral"}>
            {texts.badges[author.badge]}
          </Badge>
        </>
      )}
    </>
  );
}

export type RowProps = {
  readonly message: ChatMessage;
  readonly isOwn: boolean;
  readonly isActive: boolean;
  readonly isFocusable: boolean;
  /** Unix milliseconds that times are counted from; null: times of the day; undefined: none are shown. */
  readonly timesFrom: number | null | undefined;
  /** What can be done with the message, where it is the active one. */
  readonly menu: ReactNode;
};

/** One message. */
export const MessageRow = memo(function MessageRow(props: RowProps): ReactNode {
  const { message, isOwn, isActive, isFocusable, timesFrom, menu } = props;
  const { id, author, text } = message;
  return (
    <li
      data-message={id}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the one in turn gets the focus, and shows its menu
      tabIndex={isFocusable ? 0 : -1}
      className={classNames(css["row"], isOwn && css["own"], isActive && css["active"])}
    >
      <p className={css["text"]}>
        {timesFrom === undefined ? null : <Time message={message} from={timesFrom} />}
        <AuthorName author={author} />{" "}
        {/* Words from right to left stay in their own order, whatever the name before them is written in. */}
        <bdi>
          <MessageText text={text} />
        </bdi>
      </p>
      {menu}
    </li>
  );
});

function Time({
  message,
  from,
}: {
  readonly message: ChatMessage;
  readonly from: number | null;
}): ReactNode {
  const formats = useFormats();
  const shown =
    from === null
      ? formats.time(message.at)
      : formats.duration(Math.max(0, message.mediaAt - from) / 1000);
  return (
    <time dateTime={message.at} className={css["time"]}>
      {shown}{" "}
    </time>
  );
}
