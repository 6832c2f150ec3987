import type { MediaSession } from "@oxbow/site-contract";
import { type ReactNode, useEffect, useState } from "react";
import { browserName, useFormats, useNow, usePages, useTitle, useUpdates } from "../core/index.ts";
import {
  Badge,
  Button,
  type Column,
  ConfirmDialog,
  EmptyState,
  Field,
  More,
  PageHeader,
  Select,
  Table,
  useToast,
} from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const kinds = ["all", "publish", "play"] as const;
type Kind = (typeof kinds)[number];

/** Viewers come and go without events here: looked at while somebody looks. */
const EVERY_MS = 10_000;

/** `/operator/sessions`: who is connected to the media server now. */
export function OperatorSessionsPage(): ReactNode {
  const texts = useOperatorTexts().sessions;
  useTitle(texts.title);
  const [kind, setKind] = useState<Kind>("all");
  const sessions = usePages("operator.sessions", {
    query: { limit: 100, ...(kind === "all" ? {} : { kind }) },
  });
  const { refetch } = sessions;
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) refetch();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  useUpdates(["operator"], (update) => {
    if (update.type === "operator.event" && update.data.type.startsWith("publish_")) refetch();
  });
  return (
    <>
      <PageHeader title={texts.title} about={texts.about} />
      <div className={css["filters"]}>
        <Field label={texts.kind}>
          <Select
            value={kind}
            onChange={({ target }) => setKind(kinds.find((one) => one === target.value) ?? "all")}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {texts.kinds[one]}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Answered asked={{ data: sessions.items, error: sessions.error, refetch }}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon="users" title={texts.empty}>
              {texts.emptyAbout}
            </EmptyState>
          ) : (
            <SessionTable sessions={items} />
          )
        }
      </Answered>
      <More hasMore={sessions.hasMore} loading={sessions.loadingMore} onMore={sessions.more} />
    </>
  );
}

function SessionTable({ sessions }: { readonly sessions: readonly MediaSession[] }): ReactNode {
  const texts = useOperatorTexts().sessions;
  const actions = useOperatorTexts().exports.actions;
  const formats = useFormats();
  const now = useNow();
  const [kicking, setKicking] = useState<MediaSession>();
  const columns: readonly Column<MediaSession>[] = [
    {
      key: "stream",
      header: texts.stream,
      names: true,
      cell: ({ stream, channel }) =>
        channel === null ? (
          (stream?.name ?? texts.file)
        ) : (
          <a href={`/c/${channel.handle}`}>{channel.name}</a>
        ),
    },
    {
      key: "who",
      header: texts.who,
      cell: ({ kind, program }) => (
        <span className={css["bars"]}>
          <span>
            <Badge tone={kind === "publish" ? "accent" : "neutral"}>
              {kind === "publish" ? texts.encoder : texts.viewer}
            </Badge>
          </span>
          {program === null ? null : (
            <span className={css["dim"]} title={program}>
              {browserName(program) ?? program}
            </span>
          )}
        </span>
      ),
    },
    {
      key: "protocol",
      header: texts.protocol,
      cell: ({ protocol, rendition }) =>
        rendition === null ? protocol : `${protocol}, ${rendition}`,
    },
    {
      key: "address",
      header: texts.address,
      cell: ({ address }) => <span className={css["mono"]}>{address}</span>,
    },
    { key: "since", header: texts.since, cell: ({ since }) => formats.relative(since, now) },
    {
      key: "bytes",
      header: texts.bytes,
      align: "end",
      cell: ({ bytes }) => formats.bytes(bytes),
    },
    {
      key: "kick",
      header: actions,
      actions: true,
      cell: (session) => (
        <Button
          size="s"
          icon="ban"
          aria-label={`${texts.kick}: ${session.address}`}
          onClick={() => setKicking(session)}
        >
          {texts.kick}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Table caption={texts.caption} columns={columns} rows={sessions} keyOf={({ id }) => id} />
      <KickDialog session={kicking} onClose={() => setKicking(undefined)} />
    </>
  );
}

function KickDialog({
  session,
  onClose,
}: {
  readonly session: MediaSession | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useOperatorTexts().sessions;
  const tell = useToast();
  const kick = useAct("operator.kick", {
    invalidates: ["operator.sessions"],
    onDone: () => {
      tell(texts.kicked, "good");
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open={session !== undefined}
      title={texts.kickTitle}
      confirm={texts.kick}
      danger
      busy={kick.isPending}
      onConfirm={() => kick.mutate({ params: { session: session?.id ?? "" } })}
      onClose={onClose}
    >
      <p>
        <span className={css["mono"]}>{session?.address}</span>, {session?.protocol}
      </p>
      <p>{session?.kind === "publish" ? texts.kickEncoder : texts.kickViewer}</p>
    </ConfirmDialog>
  );
}
