import type { ChatReport } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useState } from "react";
import { useChange, useErrorText, useFormats, useNow, usePages } from "../core/index.ts";
import { Badge, Button, EmptyState, More, useToast } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import { BanDialog } from "./ban-dialog.tsx";
import css from "./chat.module.css";
import { AuthorName } from "./message-row.tsx";
import { useChatTexts } from "./texts.ts";

/** Messages that viewers reported: each is deleted or kept. */
export function ReportsPart({
  channel,
  onCount,
}: {
  readonly channel: string;
  /** How many wait, as far as is known. */
  readonly onCount: (count: number) => void;
}): ReactNode {
  const texts = useChatTexts();
  const reports = usePages("chat.reports", { params: { channel } });
  const [silenced, setSilenced] = useState<ChatReport["message"]["author"] | null>(null);
  const { items } = reports;
  const count = items?.length;
  useEffect(() => {
    if (count !== undefined) onCount(count);
  }, [count, onCount]);
  return (
    <Answered asked={{ ...reports, data: items }}>
      {(all) =>
        all.length === 0 ? (
          <EmptyState icon="shield" title={texts.reportsEmpty}>
            {texts.reportsEmptyAbout}
          </EmptyState>
        ) : (
          <>
            <ul className={css["entries"]}>
              {all.map((report) => (
                <Report key={report.message.id} report={report} onBan={setSilenced} />
              ))}
            </ul>
            <More hasMore={reports.hasMore} loading={reports.loadingMore} onMore={reports.more} />
            {silenced === null ? null : (
              <BanDialog
                person={silenced}
                channel={channel}
                isForever
                onClose={() => setSilenced(null)}
              />
            )}
          </>
        )
      }
    </Answered>
  );
}

function Report({
  report,
  onBan,
}: {
  readonly report: ChatReport;
  readonly onBan: (author: ChatReport["message"]["author"]) => void;
}): ReactNode {
  const texts = useChatTexts();
  const formats = useFormats();
  const now = useNow();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const resolve = useChange("chat.resolve", { invalidates: ["chat.reports"] });
  const { message, reasons, notes, count, firstAt } = report;
  const done = (remove: boolean): void =>
    resolve.mutate(
      { params: { message: message.id }, body: { remove } },
      { onError: (error) => tell(errorText(error), "bad") },
    );
  return (
    <li className={css["entry"]}>
      <p className={css["entryHead"]}>
        <AuthorName author={message.author} />
        <span className={css["dim"]}>{formats.relative(firstAt, now)}</span>
      </p>
      <blockquote className={css["quote"]}>{message.text}</blockquote>
      <p className={css["badges"]}>
        <Badge tone="warn">{texts.reportCount(count)}</Badge>
        {reasons.map(({ reason }) => (
          <Badge key={reason}>{texts.reportReasons[reason]}</Badge>
        ))}
      </p>
      {notes.length === 0 ? null : (
        <ul className={css["notes"]}>
          {notes.map((note, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- notes have no names of their own
            <li key={at}>{note}</li>
          ))}
        </ul>
      )}
      <div className={css["entryActions"]}>
        <Button size="s" icon="trash" busy={resolve.isPending} onClick={() => done(true)}>
          {texts.delete}
        </Button>
        <Button size="s" icon="check" busy={resolve.isPending} onClick={() => done(false)}>
          {texts.keep}
        </Button>
        <Button size="s" variant="quiet" icon="ban" onClick={() => onBan(message.author)}>
          {texts.ban}
        </Button>
      </div>
    </li>
  );
}
