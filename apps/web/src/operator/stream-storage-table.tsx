import type { RetentionRule, StreamStorage } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useFormats } from "../core/index.ts";
import { Badge, Button, type Column, Progress, Table } from "../ui/index.tsx";
import css from "./operator.module.css";
import { RetentionDialog } from "./retention-dialog.tsx";
import { useOperatorTexts } from "./texts.ts";

const nameOf = ({ channel, stream }: StreamStorage): string => channel?.name ?? stream.name;

/** Recordings by channel: how much, since when, for how long. */
export function StreamStorageTable({
  streams,
}: {
  readonly streams: readonly StreamStorage[];
}): ReactNode {
  const texts = useOperatorTexts().storage;
  const actions = useOperatorTexts().exports.actions;
  const formats = useFormats();
  const retentionText = useRetentionText();
  const [changing, setChanging] = useState<StreamStorage>();
  const total = streams.reduce((sum, { bytes }) => sum + bytes, 0);
  const columns: readonly Column<StreamStorage>[] = [
    {
      key: "channel",
      header: texts.channel,
      names: true,
      cell: (row) => <ChannelCell row={row} />,
    },
    {
      key: "bytes",
      header: texts.bytes,
      cell: ({ bytes }) => {
        const percent = total === 0 ? 0 : (100 * bytes) / total;
        return (
          <span className={css["bars"]}>
            {formats.bytes(bytes)}
            <Progress label={texts.share(formats.percent(percent))} value={percent} />
          </span>
        );
      },
    },
    { key: "oldest", header: texts.oldest, cell: ({ oldest }) => formats.dateTime(oldest) },
    { key: "newest", header: texts.newest, cell: ({ newest }) => formats.dateTime(newest) },
    {
      key: "retention",
      header: texts.retention,
      cell: ({ retention }) => retentionText(retention),
    },
    {
      key: "change",
      header: actions,
      actions: true,
      cell: (row) =>
        row.deleted ? null : (
          <Button
            size="s"
            icon="clock"
            aria-label={`${texts.change}: ${nameOf(row)}`}
            onClick={() => setChanging(row)}
          >
            {texts.apply}
          </Button>
        ),
    },
  ];
  return (
    <>
      <Table
        caption={texts.caption}
        columns={columns}
        rows={streams}
        keyOf={({ stream }) => stream.id}
      />
      {changing === undefined ? null : (
        <RetentionDialog
          name={nameOf(changing)}
          stream={changing.stream.id}
          rule={changing.retention}
          onClose={() => setChanging(undefined)}
        />
      )}
    </>
  );
}

function ChannelCell({ row }: { readonly row: StreamStorage }): ReactNode {
  const texts = useOperatorTexts().storage;
  if (row.channel !== null) return <a href={`/c/${row.channel.handle}`}>{row.channel.name}</a>;
  return (
    <span className={css["row"]}>
      <span className={css["mono"]}>{row.stream.name}</span>
      <Badge tone="warn">{row.deleted ? texts.deleted : texts.noChannel}</Badge>
    </span>
  );
}

function useRetentionText(): (rule: RetentionRule) => string {
  const texts = useOperatorTexts().storage;
  const formats = useFormats();
  return ({ days, bytes }) => {
    const parts = [
      ...(days === null ? [] : [texts.days(days)]),
      ...(bytes === null ? [] : [texts.upTo(formats.bytes(bytes))]),
    ];
    return parts.length === 0 ? texts.forever : parts.join(", ");
  };
}
