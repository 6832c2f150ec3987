import type { SignedInPlace } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import {
  browserName,
  useCall,
  useChange,
  useErrorText,
  useFormats,
  useNow,
} from "../core/index.ts";
import { Badge, Button, Card, ErrorState, Loading, Skeleton, useToast } from "../ui/index.tsx";
import css from "./account-page.module.css";
import { useAccountTexts } from "./texts.ts";

/** Browsers that are signed in with the account. */
export function SessionsCard(): ReactNode {
  const { account: texts } = useAccountTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const sessions = useCall("accounts.sessions", {});
  const endOthers = useChange("accounts.endOtherSessions", {
    invalidates: ["accounts.sessions"],
    onDone: () => tell(texts.ended, "good"),
  });
  const items = sessions.data?.items;
  const others = items?.some(({ current }) => !current) === true;
  return (
    <Card
      title={texts.sessions}
      actions={
        others ? (
          <Button
            size="s"
            busy={endOthers.isPending}
            onClick={() =>
              endOthers.mutate({}, { onError: (error) => tell(errorText(error), "bad") })
            }
          >
            {texts.endOthers}
          </Button>
        ) : undefined
      }
    >
      <p className={css["dim"]}>{texts.sessionsAbout}</p>
      {sessions.error !== null && items === undefined ? (
        <ErrorState title={errorText(sessions.error)} onRetry={() => void sessions.refetch()} />
      ) : null}
      {sessions.isPending ? (
        <Loading>
          <Skeleton height="3.5rem" />
        </Loading>
      ) : null}
      {items === undefined ? null : (
        <ul className={css["places"]}>
          {items.map((place) => (
            <Place key={place.id} place={place} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Place({ place }: { readonly place: SignedInPlace }): ReactNode {
  const { account: texts } = useAccountTexts();
  const tell = useToast();
  const errorText = useErrorText();
  const formats = useFormats();
  const now = useNow(60_000);
  const end = useChange("accounts.endSession", {
    invalidates: ["accounts.sessions"],
    onDone: () => tell(texts.ended, "good"),
  });
  const name = browserName(place.agent) ?? texts.unknownBrowser;
  const when = texts.seen(formats.relative(place.seenAt, now));
  return (
    <li>
      <div className={css["place"]}>
        <p>
          {name} {place.current ? <Badge tone="good">{texts.here}</Badge> : null}
        </p>
        <p className={css["dim"]}>
          {[place.address, when, texts.since(formats.date(place.createdAt))]
            .filter((text) => text !== null)
            .join(" · ")}
        </p>
      </div>
      {place.current ? null : (
        <Button
          size="s"
          aria-label={texts.endOf(name)}
          busy={end.isPending}
          onClick={() =>
            end.mutate(
              { params: { session: place.id } },
              { onError: (error) => tell(errorText(error), "bad") },
            )
          }
        >
          {texts.end}
        </Button>
      )}
    </li>
  );
}
