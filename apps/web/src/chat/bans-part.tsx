import type { ReactNode } from "react";
import { useChange, useErrorText, useFormats, usePages } from "../core/index.ts";
import { Button, EmptyState, ErrorState, Loading, More, useToast } from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

/** Who may not write now, and since whose word. */
export function BansPart({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const formats = useFormats();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const bans = usePages("chat.bans", { params: { channel } });
  const unban = useChange("chat.unban", { invalidates: ["chat.bans"] });
  const { items, error } = bans;
  if (items === undefined) {
    if (error === null) return <Loading />;
    return (
      <ErrorState title={texts.failed} onRetry={bans.refetch}>
        {errorText(error)}
      </ErrorState>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState icon="check" title={texts.bansEmpty}>
        {texts.bansEmptyAbout}
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={css["entries"]}>
        {items.map(({ person, name, until, reason, by, at }) => (
          <li key={person} className={css["entry"]}>
            <p className={css["entryHead"]}>
              <strong>{name}</strong>
              <span className={css["dim"]}>
                {until === null ? texts.bannedForever : texts.bannedUntil(formats.dateTime(until))}
              </span>
            </p>
            {reason === "" ? null : <p>{reason}</p>}
            <p className={css["dim"]}>
              {texts.by(by)}, {formats.dateTime(at)}
            </p>
            <div className={css["entryActions"]}>
              <Button
                size="s"
                busy={unban.isPending && unban.variables.params.person === person}
                onClick={() =>
                  unban.mutate(
                    { params: { channel, person } },
                    {
                      onSuccess: () => tell(texts.unbanned(name), "good"),
                      onError: (failure) => tell(errorText(failure), "bad"),
                    },
                  )
                }
              >
                {texts.unban}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <More hasMore={bans.hasMore} loading={bans.loadingMore} onMore={bans.more} />
    </>
  );
}
