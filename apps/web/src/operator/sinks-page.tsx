import type { MediaSink } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useAnswers, useCall, useFormats, useTitle, useUpdates } from "../core/index.ts";
import { Badge, type Column, EmptyState, PageHeader, Table } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { SinkActions } from "./sink-actions.tsx";
import { SinkDeliveries } from "./sink-deliveries.tsx";
import { useOperatorTexts } from "./texts.ts";

const EVERY_MS = 15_000;

/** `/operator/sinks`: where the media server sends its events. */
export function OperatorSinksPage(): ReactNode {
  const texts = useOperatorTexts().sinks;
  useTitle(texts.title);
  const answers = useAnswers();
  const sinks = useCall("operator.sinks", {}, { every: EVERY_MS });
  useUpdates(["operator"], ({ type }) => {
    if (type === "alert.changed") void answers.invalidate("operator.sinks");
  });
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <Answered asked={sinks}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon="webhook" title={texts.empty}>
              {texts.emptyAbout}
            </EmptyState>
          ) : (
            <SinkTable sinks={items} />
          )
        }
      </Answered>
    </>
  );
}

function SinkTable({ sinks }: { readonly sinks: readonly MediaSink[] }): ReactNode {
  const texts = useOperatorTexts();
  const formats = useFormats();
  const [shown, setShown] = useState<string>();
  const columns: readonly Column<MediaSink>[] = [
    {
      key: "url",
      header: texts.sinks.url,
      names: true,
      cell: ({ url, own }) => (
        <span className={css["row"]}>
          <span className={css["mono"]}>{url}</span>
          {own ? <Badge tone="accent">{texts.sinks.own}</Badge> : null}
        </span>
      ),
    },
    { key: "state", header: texts.sinks.state, cell: (sink) => <SinkState sink={sink} /> },
    {
      key: "last",
      header: texts.sinks.last,
      cell: ({ last }) =>
        last === null ? texts.none : (last.status ?? last.error ?? texts.events.noAnswer),
    },
    {
      key: "dead",
      header: texts.sinks.dead,
      align: "end",
      cell: ({ dead }) => formats.number(dead),
    },
    {
      key: "pending",
      header: texts.sinks.pending,
      align: "end",
      cell: ({ pending }) => formats.number(pending),
    },
    {
      key: "actions",
      header: texts.exports.actions,
      actions: true,
      cell: (sink) => (
        <div className={css["acts"]}>
          <SinkActions sink={sink} onDeliveries={() => setShown(sink.id)} />
        </div>
      ),
    },
  ];
  const sink = sinks.find(({ id }) => id === shown);
  return (
    <>
      <Table caption={texts.sinks.caption} columns={columns} rows={sinks} keyOf={({ id }) => id} />
      {sink === undefined ? null : (
        <SinkDeliveries key={sink.id} sink={sink} onClose={() => setShown(undefined)} />
      )}
    </>
  );
}

function SinkState({ sink }: { readonly sink: MediaSink }): ReactNode {
  const texts = useOperatorTexts().sinks;
  if (sink.enabled) return <Badge tone={sink.dead > 0 ? "warn" : "good"}>{texts.on}</Badge>;
  return (
    <span className={css["bars"]}>
      <span>
        <Badge tone="bad">{texts.off}</Badge>
      </span>
      {sink.disabledReason === "gone" ? <span>{texts.gone}</span> : null}
    </span>
  );
}
