import type { ReactNode } from "react";
import { useSession } from "../core/index.ts";
import { Button, classNames } from "../ui/index.tsx";
import css from "./chat.module.css";
import { AuthorName } from "./message-row.tsx";
import { useChatTexts } from "./texts.ts";
import type { Sending, Unsent } from "./use-sending.ts";

/** A message of this page on its way, or where it failed. */
export function UnsentRow({
  unsent,
  sending,
}: {
  readonly unsent: Unsent;
  readonly sending: Sending;
}): ReactNode {
  const texts = useChatTexts();
  const { person } = useSession();
  const { client, text, state } = unsent;
  return (
    <li className={classNames(css["row"], css["own"], css["unsent"])}>
      <p className={css["text"]}>
        {person === null ? null : <AuthorName author={{ ...person, badge: null }} />}{" "}
        <bdi>{text}</bdi>
      </p>
      {state === "sending" ? (
        <span className="visually-hidden">{texts.sending}</span>
      ) : (
        <p className={css["notSent"]}>
          <span role="alert">{texts.notSent}</span>
          <Button size="s" onClick={() => sending.retry(client)}>
            {texts.retry}
          </Button>
          <Button size="s" variant="quiet" onClick={() => sending.discard(client)}>
            {texts.discard}
          </Button>
        </p>
      )}
    </li>
  );
}
