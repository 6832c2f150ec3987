import { lazy, type ReactNode, Suspense } from "react";
import { useCall, useFormats, useNow } from "../core/index.ts";
import { Badge, buttonClass, Card, Icon, Loading, Notice, PageHeader } from "../ui/index.tsx";
import css from "./control-room.module.css";
import { EncoderAddress } from "./encoder-address.tsx";
import { EncoderLost } from "./encoder-lost.tsx";
import { EndBroadcast } from "./end-broadcast.tsx";
import form from "./form.module.css";
import { HealthPanel } from "./health-panel.tsx";
import { IssueList } from "./issue-list.tsx";
import { links } from "./links.ts";
import { LivePreview } from "./live-preview.tsx";
import { MarkerCard } from "./marker-card.tsx";
import { PosterField } from "./poster-field.tsx";
import { type RecordingDraft, RecordingForm } from "./recording-form.tsx";
import { RejectedOnAir } from "./rejected-card.tsx";
import { TestStreamControl } from "./test-stream-card.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";
import { type ChannelHealth, useHealth } from "./use-health.ts";

const Chat = lazy(async () => ({ default: (await import("../chat/index.tsx")).Chat }));
/** The streamer is where the broadcast is, whatever the preview shows. */
const nowhere = (): null => null;

/** Everything about a broadcast that is on air. */
export function ControlRoom({
  channel,
  video,
  draft,
  hasUnsavedPlan,
}: {
  readonly channel: OwnChannel;
  readonly video: StudioVideo;
  /** What is typed about it: it is kept where the broadcast ends meanwhile. */
  readonly draft: RecordingDraft;
  /** Whether that was typed before it began. */
  readonly hasUnsavedPlan: boolean;
}): ReactNode {
  const texts = useStudioTexts();
  const { control } = texts;
  const isLost = video.state === "interrupted";
  const health = useHealth(channel.id).data;
  return (
    <>
      <PageHeader
        title={video.title}
        badges={
          isLost ? (
            <Badge tone="warn">{texts.states.interrupted}</Badge>
          ) : (
            <Badge tone="live" dot>
              {texts.states.live}
            </Badge>
          )
        }
        actions={
          <>
            <a
              href={links.watch(video.id)}
              target="_blank"
              rel="noreferrer"
              className={buttonClass()}
            >
              <Icon name="external" />
              {control.openPage}
            </a>
            <EndBroadcast channel={channel} video={video} />
          </>
        }
      />
      <div role="status" className={css["lost"]}>
        {isLost ? <EncoderLost health={health} /> : null}
        {hasUnsavedPlan ? (
          <Notice tone="warn" title={control.unsavedPlan}>
            {control.unsavedPlanAbout(control.details)}
          </Notice>
        ) : null}
      </div>
      <div className={css["room"]}>
        <div className={css["main"]}>
          <Figures health={health} video={video} />
          <IssueList health={health} isRecorded={video.record} />
          <RejectedOnAir channel={channel.id} since={video.from} />
          <Card title={control.preview} flush>
            <LivePreview video={video.id} isLive={video.source === "live"} />
            <p className={css["about"]}>{control.previewAbout}</p>
          </Card>
          <HealthPanel channel={channel.id} />
        </div>
        <div className={css["side"]}>
          {video.chat ? (
            <div className={css["chat"]}>
              <Suspense fallback={<Loading label={control.chat} />}>
                <Chat video={video} position={nowhere} />
              </Suspense>
            </div>
          ) : null}
          <MarkerCard video={video} />
          <Card title={control.details}>
            <RecordingForm video={video} draft={draft} />
            <p className={form["dim"]}>
              {control.fixed(texts.live.planFacts(texts.latencies[video.latency], video.record))}
            </p>
          </Card>
          <Card title={texts.poster.title}>
            <PosterField video={video} />
          </Card>
          <Card title={texts.live.encoderTitle}>
            <details>
              <summary>{control.showEncoder}</summary>
              <EncoderAddress channel={channel.id} />
            </details>
          </Card>
          <RunningTest channel={channel.id} />
        </div>
      </div>
    </>
  );
}

/** The three figures that one looks at most. */
function Figures({
  health,
  video,
}: {
  readonly health: ChannelHealth | undefined;
  readonly video: StudioVideo;
}): ReactNode {
  const { control, health: texts } = useStudioTexts();
  const formats = useFormats();
  const now = useNow(1_000);
  const seconds = video.from === null ? 0 : (now - Date.parse(video.from)) / 1000;
  return (
    <dl className={css["figures"]}>
      <div>
        <dt>{control.duration}</dt>
        <dd>{formats.duration(seconds)}</dd>
      </div>
      <div>
        <dt>{control.viewers}</dt>
        <dd>
          {health === undefined ? "–" : formats.number(health.viewers.now)}
          {health === undefined ? null : (
            <small>{control.peak(formats.number(health.viewers.peak))}</small>
          )}
        </dd>
      </div>
      <div>
        <dt>{texts.title}</dt>
        <dd className={css[health?.health ?? "noData"]}>
          {texts.verdicts[health?.health ?? "noData"]}
        </dd>
      </div>
    </dl>
  );
}

/** A test stream is stopped where one looks for it. */
function RunningTest({ channel }: { readonly channel: string }): ReactNode {
  const { test: texts } = useStudioTexts();
  const test = useCall("channels.publishing", { params: { channel } }).data?.test;
  if (test?.running == null) return null;
  return (
    <Card title={texts.start}>
      <TestStreamControl channel={channel} test={test} />
    </Card>
  );
}
