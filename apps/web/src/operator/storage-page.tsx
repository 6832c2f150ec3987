import type { StorageView } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useCall, useFormats, useTitle } from "../core/index.ts";
import { Badge, Card, EmptyState, PageHeader, Progress } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { OrphanCard } from "./orphan-card.tsx";
import { StreamStorageTable } from "./stream-storage-table.tsx";
import { useOperatorTexts } from "./texts.ts";

const EVERY_MS = 30_000;

/** `/operator/storage`: what fills the disk, for how long, and what belongs to nobody. */
export function OperatorStoragePage(): ReactNode {
  const texts = useOperatorTexts().storage;
  useTitle(texts.title);
  const storage = useCall("operator.storage", {}, { every: EVERY_MS });
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <Answered asked={storage}>
        {(view) => (
          <div className={css["stack"]}>
            <DiskCard view={view} />
            {view.streams.length === 0 ? (
              <EmptyState icon="disk" title={texts.empty}>
                {texts.emptyAbout}
              </EmptyState>
            ) : (
              <Card flush title={texts.byChannel}>
                <StreamStorageTable streams={view.streams} />
              </Card>
            )}
            <OrphanCard orphans={view.orphans} cut={view.orphansCut} />
          </div>
        )}
      </Answered>
    </>
  );
}

function DiskCard({ view }: { readonly view: StorageView }): ReactNode {
  const texts = useOperatorTexts().storage;
  const formats = useFormats();
  const { rung, freeBytes, totalBytes, fullAt } = view.disk;
  const used = totalBytes === 0 ? 0 : 100 - (100 * freeBytes) / totalBytes;
  const tone = rung === "ok" ? "good" : rung === "warn" ? "warn" : "bad";
  const rungs: Readonly<Record<string, string>> = texts.rungs;
  return (
    <Card title={texts.disk} actions={<Badge tone={tone}>{rungs[rung] ?? rung}</Badge>}>
      <Progress label={texts.used} value={used} tone={tone === "good" ? "accent" : tone} />
      <dl className={css["facts"]}>
        <div>
          <dt>{texts.disk}</dt>
          <dd className={css["big"]}>{texts.free(formats.bytes(freeBytes))}</dd>
          <dd className={css["dim"]}>{texts.of(formats.bytes(totalBytes))}</dd>
        </div>
        <div>
          <dt>{texts.forecast}</dt>
          <dd className={css["big"]}>
            {fullAt === null ? texts.notFilling : formats.dateTime(fullAt)}
          </dd>
        </div>
        <div>
          <dt>{texts.recordings}</dt>
          <dd className={css["big"]}>
            {formats.bytes(view.streams.reduce((sum, { bytes }) => sum + bytes, 0))}
          </dd>
        </div>
        <div>
          <dt>{texts.files}</dt>
          <dd className={css["big"]}>{formats.bytes(view.assets.bytes)}</dd>
          <dd className={css["dim"]}>{texts.filesOf(view.assets.count)}</dd>
        </div>
      </dl>
    </Card>
  );
}
