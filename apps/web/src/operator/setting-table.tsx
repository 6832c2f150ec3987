import type { ToldSetting } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { Badge, type Column, Table } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** Settings in force, each with where it comes from. */
export function SettingTable({
  caption,
  settings,
}: {
  readonly caption: string;
  readonly settings: readonly ToldSetting[];
}): ReactNode {
  const texts = useOperatorTexts().settings;
  const columns: readonly Column<ToldSetting>[] = [
    {
      key: "name",
      header: texts.name,
      names: true,
      cell: ({ variable }) => <span className={css["mono"]}>{variable}</span>,
    },
    {
      key: "value",
      header: texts.value,
      cell: ({ value, isSet, isSecret }) =>
        !isSet ? (
          <span className={css["dim"]}>{texts.notSet}</span>
        ) : isSecret ? (
          <span className={css["dim"]}>{texts.secret}</span>
        ) : (
          <span className={css["mono"]}>{value}</span>
        ),
    },
    {
      key: "origin",
      header: texts.origin,
      cell: ({ origin }) => (
        <Badge tone={origin === "default" ? "neutral" : "accent"}>{texts.origins[origin]}</Badge>
      ),
    },
  ];
  return (
    <Table
      caption={caption}
      columns={columns}
      rows={chosenFirst(settings)}
      keyOf={({ name }) => name}
    />
  );
}

const isChosen = ({ origin }: ToldSetting): boolean => origin !== "default";

/** What somebody has chosen comes before what nobody has touched. */
function chosenFirst(settings: readonly ToldSetting[]): readonly ToldSetting[] {
  return [...settings.filter(isChosen), ...settings.filter((setting) => !isChosen(setting))];
}
