import type { ExportWish } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { type Column, Table } from "../ui/index.tsx";
import { ExportDialog } from "./export-dialog.tsx";
import { ExportState } from "./export-state.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** Wishes for files; a press on one shows all about it, and what can be done. */
export function ExportTable({ wishes }: { readonly wishes: readonly ExportWish[] }): ReactNode {
  const texts = useOperatorTexts().exports;
  const formats = useFormats();
  const now = useNow();
  const [shown, setShown] = useState<string>();
  const columns: readonly Column<ExportWish>[] = [
    {
      key: "video",
      header: texts.video,
      names: true,
      cell: (wish) => (
        <button type="button" className={css["link"]} onClick={() => setShown(wish.id)}>
          {wish.title}
        </button>
      ),
    },
    { key: "state", header: texts.state, cell: (wish) => <ExportState wish={wish} /> },
    {
      key: "why",
      header: texts.why,
      // What the media server says, it says in English.
      cell: ({ error, aborted }) =>
        error === null ? (
          (aborted?.why ?? aborted?.by ?? "")
        ) : (
          <span lang="en">{error.message}</span>
        ),
    },
    {
      key: "fallback",
      header: texts.fallback,
      cell: (wish) => (wish.fallback === null ? "" : texts.recordings[wish.fallback.recording]),
    },
    {
      key: "asked",
      header: texts.asked,
      cell: (wish) => (
        <>
          {formats.relative(wish.createdAt, now)}
          {wish.askedBy === null ? ` ${texts.site}` : ""}
        </>
      ),
    },
  ];
  const wish = wishes.find(({ id }) => id === shown);
  return (
    <>
      <Table caption={texts.caption} columns={columns} rows={wishes} keyOf={({ id }) => id} />
      {wish === undefined ? null : <ExportDialog wish={wish} onClose={() => setShown(undefined)} />}
    </>
  );
}
