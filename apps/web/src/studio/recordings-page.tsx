import type { ReactNode } from "react";
import { useCall, useErrorText, useFormats, usePages, useTitle } from "../core/index.ts";
import {
  Badge,
  buttonClass,
  type Column,
  EmptyState,
  ErrorState,
  Loading,
  More,
  PageHeader,
  Table,
} from "../ui/index.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { RecordingActions } from "./recording-actions.tsx";
import css from "./recordings.module.css";
import { StateBadge } from "./state-badge.tsx";
import { useStudioTexts } from "./texts.ts";
import { Timeline } from "./timeline.tsx";
import { UnshownFiles } from "./unshown-files.tsx";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";
import { WithChannel } from "./with-channel.tsx";

const DAY = 86_400_000;

/** `/studio/recordings`: all that was on air, and what was made of it. */
export function RecordingsPage(): ReactNode {
  const { recordings: texts } = useStudioTexts();
  useTitle(texts.title);
  return (
    <WithChannel>
      {(channel) => (
        <>
          <PageHeader title={texts.title} about={texts.about} />
          <div className={form["stack"]}>
            <Recordings channel={channel} />
            {channel.stream === null ? null : <UnshownFiles channel={channel.id} />}
          </div>
        </>
      )}
    </WithChannel>
  );
}

function Recordings({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const { recordings: texts, loadFailed, dashboard } = useStudioTexts();
  const errorText = useErrorText();
  const pages = usePages("videos.mine", { query: {} });
  const columns = useColumns(useRetention(channel));
  if (pages.items === undefined) {
    return pages.error === null ? (
      <Loading />
    ) : (
      <ErrorState title={loadFailed} onRetry={pages.refetch}>
        {errorText(pages.error)}
      </ErrorState>
    );
  }
  if (pages.items.length === 0) {
    return (
      <EmptyState
        title={texts.empty}
        actions={
          <a href={links.live} className={buttonClass({ variant: "primary" })}>
            {dashboard.goLive}
          </a>
        }
      >
        {texts.emptyAbout}
      </EmptyState>
    );
  }
  return (
    <div>
      <Table
        caption={texts.caption}
        columns={columns}
        rows={pages.items}
        keyOf={(video) => video.id}
      />
      <More hasMore={pages.hasMore} loading={pages.loadingMore} onMore={pages.more} />
    </div>
  );
}

/** Days that the archive keeps a recording; undefined while that is not known, null for ever. */
function useRetention({ id, stream }: OwnChannel): number | null | undefined {
  const input = { params: { channel: id } };
  return useCall("channels.publishing", input, { enabled: stream !== null }).data?.retentionDays;
}

function useColumns(days: number | null | undefined): readonly Column<StudioVideo>[] {
  const texts = useStudioTexts();
  const formats = useFormats();
  const { recordings } = texts;
  return [
    { key: "name", header: recordings.name, names: true, cell: (video) => <Name video={video} /> },
    {
      key: "state",
      header: recordings.state,
      cell: (video) => (
        <span className={css["badges"]}>
          <StateBadge video={video} />
          {video.visibility === "public" ? null : (
            <Badge>{texts.visibilities[video.visibility]}</Badge>
          )}
        </span>
      ),
    },
    {
      key: "timeline",
      header: recordings.timeline,
      cell: (video) => <Timeline video={video} />,
    },
    {
      key: "length",
      header: recordings.length,
      align: "end",
      cell: ({ duration }) => (duration === null ? "–" : formats.duration(duration)),
    },
    {
      key: "size",
      header: recordings.size,
      align: "end",
      cell: ({ bytes }) => (bytes === null ? "–" : formats.bytes(bytes)),
    },
    {
      key: "kept",
      header: recordings.kept,
      cell: (video) => keptUntil(video, days, recordings.forever, formats.date),
    },
    {
      key: "actions",
      header: recordings.actions,
      actions: true,
      align: "end",
      cell: (video) => <RecordingActions video={video} />,
    },
  ];
}

/** A file stays; of a recording, retention takes the beginning first. */
function keptUntil(
  { source, from }: StudioVideo,
  days: number | null | undefined,
  forever: string,
  write: (at: number) => string,
): string {
  if (source === "file" || (source === "recording" && days === null)) return forever;
  if (source !== "recording" || from === null || days == null) return "–";
  return write(Date.parse(from) + days * DAY);
}

function Name({ video }: { readonly video: StudioVideo }): ReactNode {
  const formats = useFormats();
  return (
    <>
      <a href={links.recording(video.id)} className={css["name"]}>
        {video.title}
      </a>
      <span className={css["date"]}>
        {formats.dateTime(video.from ?? video.scheduledAt ?? video.createdAt)}
      </span>
    </>
  );
}
