import { type ReactNode, useState } from "react";
import { type ItemOf, useFormats, usePages } from "../core/index.ts";
import { Badge, Button, Card, type Column } from "../ui/index.tsx";
import { HandOverDialog } from "./hand-over-dialog.tsx";
import { PagedTable } from "./paged-table.tsx";
import css from "./people-page.module.css";
import { useAccountTexts } from "./texts.ts";

type ListedChannel = ItemOf<"channels.list">;

/** Whose channel is whose: a channel stays when the account of its owner is removed. */
export function ChannelsCard(): ReactNode {
  const { channels: own } = useAccountTexts();
  const [handed, setHanded] = useState<ListedChannel>();
  const channels = usePages("channels.list", {});
  const columns = useColumns(setHanded);
  return (
    <Card flush title={own.title}>
      <p className={css["note"]}>{own.about}</p>
      <PagedTable pages={channels} columns={columns} texts={own} icon="broadcast" height="8rem" />
      {handed === undefined ? null : (
        <HandOverDialog channel={handed} onClose={() => setHanded(undefined)} />
      )}
    </Card>
  );
}

function useColumns(
  onHandOver: (channel: ListedChannel) => void,
): readonly Column<ListedChannel>[] {
  const texts = useAccountTexts();
  const { channels: own } = texts;
  const formats = useFormats();
  return [
    {
      key: "channel",
      header: own.channel,
      names: true,
      cell: ({ handle, name }) => (
        <>
          <a className={css["name"]} href={`/c/${handle}`}>
            {name}
          </a>
          <span className={css["dim"]}>{handle}</span>
        </>
      ),
    },
    {
      key: "owner",
      header: own.owner,
      cell: ({ owner }) =>
        owner.name === "" ? <Badge tone="warn">{own.nobody}</Badge> : owner.name,
    },
    { key: "made", header: own.made, cell: ({ createdAt }) => formats.date(createdAt) },
    {
      key: "actions",
      header: texts.people.actions,
      align: "end",
      actions: true,
      cell: (channel) => (
        <Button
          size="s"
          aria-label={own.handOverOf(channel.name)}
          onClick={() => onHandOver(channel)}
        >
          {own.handOver}
        </Button>
      ),
    },
  ];
}
