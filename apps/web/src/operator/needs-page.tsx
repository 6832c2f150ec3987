import type { OperatorOverview } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useState } from "react";
import { useAnswers, useCall, useChange, usePages, useTitle, useUpdates } from "../core/index.ts";
import {
  Button,
  Card,
  EmptyState,
  Loading,
  More,
  PageHeader,
  Skeleton,
  useToast,
} from "../ui/index.tsx";
import { AlertList } from "./alert-list.tsx";
import { Answered } from "./answered.tsx";
import { ExportTable } from "./export-table.tsx";
import { NowCard } from "./now-card.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

/** Figures without events: looked at while somebody looks. */
const EVERY_MS = 15_000;

/** `/operator`: what needs an operator, and calm where nothing does. */
export function OperatorNeedsPage(): ReactNode {
  const texts = useOperatorTexts();
  useTitle(texts.needs.title);
  const answers = useAnswers();
  const overview = useCall("operator.overview", {}, { every: EVERY_MS });
  const alerts = usePages("alerts.list", { query: { state: "open" } });
  const wishes = usePages("exports.list", { query: { state: "needed" } });
  useSeen();
  useUpdates(["operator"], ({ type }) => {
    if (type === "alert.changed") {
      void answers.invalidate("alerts.list", "alerts.unread", "operator.overview");
    } else if (type === "export.changed") void answers.invalidate("exports.list");
  });
  const isCalm =
    alerts.items?.length === 0 &&
    wishes.items?.length === 0 &&
    overview.data?.inbox.poisoned.length === 0 &&
    overview.data.away === null;
  return (
    <>
      <PageHeader title={texts.needs.title} about={texts.needs.about} />
      <div className={css["stack"]}>
        {isCalm ? (
          <EmptyState icon="check" title={texts.needs.calm}>
            {texts.needs.calmAbout}
          </EmptyState>
        ) : (
          <>
            <OpenAlerts alerts={alerts} shownBelow={new Set(wishes.items?.map(({ id }) => id))} />
            {wishes.items === undefined || wishes.items.length === 0 ? null : (
              <section aria-labelledby="failed-exports" className={css["skeletons"]}>
                <h2 id="failed-exports">{texts.needs.exports}</h2>
                <ExportTable wishes={wishes.items} />
              </section>
            )}
            <Poisoned events={overview.data?.inbox.poisoned ?? []} />
          </>
        )}
        <Overview asked={overview} />
        <History />
      </div>
    </>
  );
}

/** What is on this page was seen, as soon as it is shown. */
function useSeen(): void {
  const { mutate } = useChange("alerts.see", { invalidates: ["alerts.unread"] });
  useEffect(() => mutate({}), [mutate]);
}

function Overview({ asked }: { readonly asked: ReturnType<typeof useOverview> }): ReactNode {
  if (asked.data === undefined && asked.error === null) {
    return (
      <Loading>
        <Skeleton height="12rem" />
      </Loading>
    );
  }
  return <Answered asked={asked}>{(overview) => <NowCard overview={overview} />}</Answered>;
}

const useOverview = () => useCall("operator.overview", {});

function OpenAlerts({
  alerts,
  shownBelow,
}: {
  readonly alerts: ReturnType<typeof useOpenAlerts>;
  /** Wishes that stand on this page themselves. */
  readonly shownBelow: ReadonlySet<string>;
}): ReactNode {
  const texts = useOperatorTexts().needs;
  const asked = { data: alerts.items, error: alerts.error, refetch: alerts.refetch };
  return (
    <Answered asked={asked}>
      {(items) => {
        const shown = items
          .filter(({ about }) => about.wish === undefined || !shownBelow.has(about.wish))
          .toSorted((a, b) => rank[b.severity] - rank[a.severity]);
        if (shown.length === 0) return null;
        return (
          <section aria-labelledby="open-alerts" className={css["stack"]}>
            <h2 id="open-alerts" className="visually-hidden">
              {texts.alerts(shown.length)}
            </h2>
            <AlertList alerts={shown} />
            <More hasMore={alerts.hasMore} loading={alerts.loadingMore} onMore={alerts.more} />
          </section>
        );
      }}
    </Answered>
  );
}

/** The worst first; of the same, the newest. */
const rank = { info: 0, warning: 1, critical: 2 } as const;

const useOpenAlerts = () => usePages("alerts.list", { query: { state: "open" } });

/** Events that could not be taken in. */
function Poisoned({
  events,
}: {
  readonly events: OperatorOverview["inbox"]["poisoned"];
}): ReactNode {
  const texts = useOperatorTexts().needs;
  const tell = useToast();
  const retry = useAct("operator.retryPoisoned", {
    invalidates: ["operator.overview", "alerts.list"],
    onDone: () => tell(texts.takenIn, "good"),
  });
  if (events.length === 0) return null;
  return (
    <Card title={texts.poisoned}>
      <p className={css["dim"]}>{texts.poisonedAbout}</p>
      <ul className={css["alerts"]}>
        {events.map((event) => (
          <li key={event.id} className={css["foot"]}>
            <span>
              <span className={css["mono"]}>
                {event.type} {event.sequence}
              </span>{" "}
              {event.error}
            </span>
            <Button
              size="s"
              icon="refresh"
              busy={retry.isPending}
              onClick={() => retry.mutate({ params: { event: event.id } })}
            >
              {texts.tryAgain}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What was done before, when somebody asks for it. */
function History(): ReactNode {
  const texts = useOperatorTexts().needs;
  const [isOpen, setIsOpen] = useState(false);
  const done = usePages("alerts.list", { query: { state: "resolved" } }, { enabled: isOpen });
  return (
    <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>{texts.history}</summary>
      {isOpen ? (
        <div className={css["stack"]}>
          <Answered asked={{ data: done.items, error: done.error, refetch: done.refetch }}>
            {(items) =>
              items.length === 0 ? (
                <p className={css["dim"]}>{texts.noHistory}</p>
              ) : (
                <AlertList alerts={items} />
              )
            }
          </Answered>
          <More hasMore={done.hasMore} loading={done.loadingMore} onMore={done.more} />
        </div>
      ) : null}
    </details>
  );
}
