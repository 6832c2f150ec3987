import type { MediaEvent } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import {
  useAnswers,
  useFormats,
  useGo,
  usePages,
  useQueryTexts,
  useTitle,
  useUpdates,
} from "../core/index.ts";
import { Button, type Column, EmptyState, More, PageHeader, Table } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { EventDialog } from "./event-dialog.tsx";
import { type EventFilter, EventFilterForm } from "./event-filter.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** `/operator/events`: the media server's log, and where each event went. */
export function OperatorEventsPage(): ReactNode {
  const texts = useOperatorTexts().events;
  useTitle(texts.title);
  const go = useGo();
  const asked = useQueryTexts();
  const of = (name: string): string => asked.get(name) ?? "";
  const filter = { types: of("types"), stream: of("stream"), from: of("from"), to: of("to") };
  const show = (wish: EventFilter): void => {
    const query = new URLSearchParams(Object.entries(wish).filter(([, value]) => value !== ""));
    go(query.size === 0 ? "/operator/events" : `/operator/events?${query.toString()}`);
  };
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <EventFilterForm key={asked.toString()} value={filter} onFilter={show} />
      <EventLog filter={filter} />
    </>
  );
}

function EventLog({ filter }: { readonly filter: EventFilter }): ReactNode {
  const texts = useOperatorTexts().events;
  const answers = useAnswers();
  const [shown, setShown] = useState<string>();
  const [fresh, setFresh] = useState(0);
  const events = usePages("operator.events", { query: queryOf(filter) });
  // The table stands still while somebody reads: what is new comes when asked for.
  useUpdates(["operator"], ({ type }) => {
    if (type === "operator.event") setFresh((before) => before + 1);
  });
  const event = events.items?.find(({ id }) => id === shown);
  return (
    <>
      <div role="status">
        {fresh === 0 ? null : (
          <p className={css["filters"]}>
            <Button
              icon="refresh"
              onClick={() => {
                setFresh(0);
                void answers.invalidate("operator.events");
              }}
            >
              {texts.fresh(fresh)}
            </Button>
          </p>
        )}
      </div>
      <Answered asked={{ data: events.items, error: events.error, refetch: events.refetch }}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="list" title={texts.empty}>
              {texts.emptyAbout}
            </EmptyState>
          ) : (
            <>
              <EventTable events={items} onShow={setShown} />
              <More hasMore={events.hasMore} loading={events.loadingMore} onMore={events.more} />
            </>
          )
        }
      </Answered>
      {event === undefined ? null : (
        <EventDialog event={event} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}

function EventTable({
  events,
  onShow,
}: {
  readonly events: readonly MediaEvent[];
  readonly onShow: (id: string) => void;
}): ReactNode {
  const texts = useOperatorTexts().events;
  const formats = useFormats();
  const columns: readonly Column<MediaEvent>[] = [
    {
      key: "type",
      header: texts.type,
      names: true,
      cell: ({ id, type }) => (
        <button
          type="button"
          className={`${css["link"]} ${css["mono"]}`}
          onClick={() => onShow(id)}
        >
          {type}
        </button>
      ),
    },
    { key: "stream", header: texts.stream, cell: ({ stream }) => stream?.name ?? "" },
    {
      key: "time",
      header: texts.time,
      cell: ({ time }) => `${formats.date(time)}, ${formats.exactTime(time)}`,
    },
    {
      key: "sequence",
      header: texts.sequence,
      align: "end",
      cell: ({ sequence }) => String(sequence),
    },
  ];
  return <Table caption={texts.caption} columns={columns} rows={events} keyOf={({ id }) => id} />;
}

function queryOf({ types, stream, from, to }: EventFilter) {
  const [begin, end] = [moment(from), moment(to)];
  return {
    ...(types === "" ? {} : { types }),
    ...(stream === "" ? {} : { stream }),
    ...(begin === undefined ? {} : { from: begin }),
    ...(end === undefined ? {} : { to: end }),
  };
}

/** Of a `datetime-local`, by the visitor's clock; undefined where it is none. */
function moment(text: string): string | undefined {
  return Number.isNaN(Date.parse(text)) ? undefined : new Date(text).toISOString();
}
