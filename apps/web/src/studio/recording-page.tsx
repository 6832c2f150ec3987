import { type ReactNode, useEffect } from "react";
import { useErrorText, useFormats, useGo, usePages, useParam, useTitle } from "../core/index.ts";
import {
  Badge,
  buttonClass,
  Card,
  EmptyState,
  ErrorState,
  Icon,
  Loading,
  Notice,
  PageHeader,
} from "../ui/index.tsx";
import { AllowedPeople } from "./allowed-people.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { PlanForm } from "./plan-form.tsx";
import { PosterField } from "./poster-field.tsx";
import { RecordingActions } from "./recording-actions.tsx";
import { RecordingFiles } from "./recording-files.tsx";
import { RecordingForm, useRecordingDraft } from "./recording-form.tsx";
import css from "./recordings.module.css";
import { StateBadge } from "./state-badge.tsx";
import { useStudioTexts } from "./texts.ts";
import { Timeline } from "./timeline.tsx";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";
import { WithChannel } from "./with-channel.tsx";

/** `/studio/recordings/$video`: one of them, with all that is known of it. */
export function RecordingPage(): ReactNode {
  const id = useParam("video");
  return <WithChannel>{(channel) => <Recording key={id} id={id} channel={channel} />}</WithChannel>;
}

function Recording({
  id,
  channel,
}: {
  readonly id: string;
  readonly channel: OwnChannel;
}): ReactNode {
  const { recording: texts, loadFailed } = useStudioTexts();
  const errorText = useErrorText();
  const pages = usePages("videos.mine", { query: {} });
  const video = pages.items?.find((one) => one.id === id);
  useTitle(video?.title);
  const { hasMore, loadingMore, more } = pages;
  const isFurther = video === undefined && hasMore && !loadingMore;
  // It may be an old one, further down the list.
  useEffect(() => {
    if (isFurther) more();
  }, [isFurther, more]);
  if (video !== undefined) return <Details video={video} channel={channel} />;
  if (pages.error !== null) {
    return (
      <ErrorState page title={loadFailed} onRetry={pages.refetch}>
        {errorText(pages.error)}
      </ErrorState>
    );
  }
  if (pages.items === undefined || hasMore) return <Loading />;
  return (
    <EmptyState
      page
      title={texts.notThere}
      actions={
        <a href={links.recordings} className={buttonClass()}>
          {texts.back}
        </a>
      }
    >
      {texts.notThereAbout}
    </EmptyState>
  );
}

function Details({
  video,
  channel,
}: {
  readonly video: StudioVideo;
  readonly channel: OwnChannel;
}): ReactNode {
  const texts = useStudioTexts();
  const go = useGo();
  const draft = useRecordingDraft(video);
  return (
    <>
      <p className={css["back"]}>
        <a href={links.recordings}>
          <Icon name="arrow-left" size="s" /> {texts.recording.back}
        </a>
      </p>
      <PageHeader
        title={video.title}
        badges={
          <>
            <StateBadge video={video} />
            <Badge>{texts.visibilities[video.visibility]}</Badge>
          </>
        }
        actions={<RecordingActions video={video} onRemoved={() => go(links.recordings)} />}
      />
      <div className={form["stack"]}>
        {video.fallback === null ? null : (
          <Notice tone="warn">{texts.recording.noFile(video.fallback.message)}</Notice>
        )}
        <div className={form["two"]}>
          <div className={form["stack"]}>
            <Card title={texts.recording.details}>
              {video.state === "planned" ? (
                <PlanForm channel={channel} plan={video} />
              ) : (
                <RecordingForm video={video} draft={draft} />
              )}
            </Card>
            {video.visibility === "private" ? <AllowedPeople video={video.id} /> : null}
          </div>
          <div className={form["stack"]}>
            {video.state === "planned" ? (
              <Card title={texts.poster.title}>
                <PosterField video={video} />
              </Card>
            ) : (
              <>
                <FactsCard video={video} />
                <RecordingFiles video={video} />
              </>
            )}
          </div>
        </div>
      </div>
    </>
  );
}

function FactsCard({ video }: { readonly video: StudioVideo }): ReactNode {
  const texts = useStudioTexts();
  const { recording, recordings } = texts;
  const formats = useFormats();
  const { from, to, duration, bytes, archived } = video;
  return (
    <Card title={recording.facts}>
      <PosterField
        video={video}
        duration={duration === null ? undefined : formats.duration(duration)}
      />
      <Timeline video={video} />
      <dl className={css["facts"]}>
        {from === null ? null : (
          <>
            <dt>{recording.started}</dt>
            <dd>{formats.dateTime(from)}</dd>
          </>
        )}
        {to === null ? null : (
          <>
            <dt>{recording.ended}</dt>
            <dd>{formats.dateTime(to)}</dd>
          </>
        )}
        {duration === null ? null : (
          <>
            <dt>{recording.length}</dt>
            <dd>{formats.spokenDuration(duration)}</dd>
          </>
        )}
        {bytes === null ? null : (
          <>
            <dt>{recording.size}</dt>
            <dd>{formats.bytes(bytes)}</dd>
          </>
        )}
        <dt>{recording.plays}</dt>
        <dd>{recordings.sources[video.source]}</dd>
        {from === null ? null : (
          <>
            <dt>{recording.archive}</dt>
            <dd>
              {archived === null
                ? recording.archiveNone
                : recording.archiveRange(
                    formats.exactTime(archived.from),
                    formats.exactTime(archived.to),
                  )}
            </dd>
          </>
        )}
      </dl>
      <h3>{recording.gaps}</h3>
      <Gaps video={video} />
      <h3>{recording.markers}</h3>
      <Markers video={video} />
    </Card>
  );
}

function Gaps({ video }: { readonly video: StudioVideo }): ReactNode {
  const { recording } = useStudioTexts();
  const formats = useFormats();
  if (video.gaps.length === 0) return <p className={form["dim"]}>{recording.noGaps}</p>;
  return (
    <ul className={css["list"]}>
      {video.gaps.map((gap) => (
        <li key={gap.from}>
          <span>
            {recording.gap(
              formats.exactTime(gap.from),
              formats.spokenDuration((Date.parse(gap.to) - Date.parse(gap.from)) / 1000),
            )}
          </span>
          <span className={form["dim"]}>
            {Object.entries(recording.gapReasons).find(([code]) => code === gap.reason)?.[1] ??
              gap.reason}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Markers({ video }: { readonly video: StudioVideo }): ReactNode {
  const { recording } = useStudioTexts();
  const formats = useFormats();
  if (video.markers.length === 0) return <p className={form["dim"]}>{recording.noMarkers}</p>;
  return (
    <ul className={css["list"]}>
      {video.markers.map((marker) => (
        <li key={marker.id}>
          <span>{marker.label}</span>
          <time dateTime={marker.at} className={form["dim"]}>
            {formats.exactTime(marker.at)}
          </time>
        </li>
      ))}
    </ul>
  );
}
