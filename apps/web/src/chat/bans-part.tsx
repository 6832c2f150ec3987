import type { ReactNode } from "react";
import { useChange, useFormats, usePages } from "../core/index.ts";
import { EmptyState, More } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./chat.module.css";
import { PersonEntry, useTold } from "./person-entry.tsx";
import { useChatTexts } from "./texts.ts";

/** Who may not write now, and since whose word. */
export function BansPart({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const formats = useFormats();
  const told = useTold();
  const bans = usePages("chat.bans", { params: { channel } });
  const unban = useChange("chat.unban", { invalidates: ["chat.bans"] });
  return (
    <Answered asked={{ ...bans, data: bans.items }}>
      {(items) =>
        items.length === 0 ? (
          <EmptyState icon="check" title={texts.bansEmpty}>
            {texts.bansEmptyAbout}
          </EmptyState>
        ) : (
          <>
            <ul className={css["entries"]}>
              {items.map(({ person, name, until, reason, by, at }) => (
                <PersonEntry
                  key={person}
                  name={name}
                  about={
                    until === null
                      ? texts.bannedForever
                      : texts.bannedUntil(formats.dateTime(until))
                  }
                  act={texts.unban}
                  busy={unban.isPending && unban.variables.params.person === person}
                  onAct={() =>
                    unban.mutate({ params: { channel, person } }, told(texts.unbanned(name)))
                  }
                >
                  {reason === "" ? null : <p>{reason}</p>}
                  <p className={css["dim"]}>
                    {texts.by(by)}, {formats.dateTime(at)}
                  </p>
                </PersonEntry>
              ))}
            </ul>
            <More hasMore={bans.hasMore} loading={bans.loadingMore} onMore={bans.more} />
          </>
        )
      }
    </Answered>
  );
}
