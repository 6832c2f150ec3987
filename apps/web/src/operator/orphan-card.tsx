import type { Orphan } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useFormats } from "../core/index.ts";
import {
  Badge,
  Button,
  Card,
  type Column,
  ConfirmDialog,
  classNames,
  Table,
  useToast,
} from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

/** Streams and files that nothing of this site knows, to be removed. */
export function OrphanCard({
  orphans,
  cut,
}: {
  readonly orphans: readonly Orphan[];
  readonly cut: boolean;
}): ReactNode {
  const texts = useOperatorTexts().storage;
  const hasNone = orphans.length === 0;
  return (
    <Card flush={!hasNone} title={texts.orphans}>
      <p className={classNames(!hasNone && css["pad"], css["dim"])}>
        {hasNone ? texts.orphansNone : texts.orphansAbout}
        {cut ? ` ${texts.orphansCut}` : ""}
      </p>
      {hasNone ? null : <OrphanTable orphans={orphans} />}
    </Card>
  );
}

function OrphanTable({ orphans }: { readonly orphans: readonly Orphan[] }): ReactNode {
  const all = useOperatorTexts();
  const texts = all.storage;
  const formats = useFormats();
  const [removing, setRemoving] = useState<Orphan>();
  const columns: readonly Column<Orphan>[] = [
    {
      key: "name",
      header: texts.kind,
      names: true,
      cell: ({ kind, name, busy }) => (
        <span className={css["row"]}>
          <span className={css["mono"]}>{name}</span>
          <Badge>{texts.kinds[kind]}</Badge>
          {busy ? <Badge tone="live">{texts.busy}</Badge> : null}
        </span>
      ),
    },
    {
      key: "bytes",
      header: texts.bytes,
      cell: ({ bytes }) => (bytes === null ? all.none : formats.bytes(bytes)),
    },
    {
      key: "made",
      header: texts.made,
      cell: ({ createdAt }) => (createdAt === null ? all.none : formats.dateTime(createdAt)),
    },
    {
      key: "remove",
      header: all.exports.actions,
      actions: true,
      cell: (orphan) =>
        orphan.busy ? null : (
          <Button
            size="s"
            icon="trash"
            aria-label={`${texts.remove}: ${orphan.name}`}
            onClick={() => setRemoving(orphan)}
          >
            {texts.remove}
          </Button>
        ),
    },
  ];
  return (
    <>
      <Table
        caption={texts.orphanCaption}
        columns={columns}
        rows={orphans}
        keyOf={({ id }) => id}
      />
      <RemoveDialog orphan={removing} onClose={() => setRemoving(undefined)} />
    </>
  );
}

function RemoveDialog({
  orphan,
  onClose,
}: {
  readonly orphan: Orphan | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useOperatorTexts().storage;
  const tell = useToast();
  const remove = useAct("operator.removeOrphan", {
    invalidates: ["operator.storage"],
    onDone: () => {
      tell(texts.removed, "good");
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open={orphan !== undefined}
      title={texts.removeTitle(orphan?.name ?? "")}
      confirm={texts.remove}
      danger
      busy={remove.isPending}
      onConfirm={() => remove.mutate({ params: { orphan: orphan?.id ?? "" } })}
      onClose={onClose}
    >
      {orphan?.kind === "stream" ? texts.removeStream : texts.removeAsset}
    </ConfirmDialog>
  );
}
