import { type ReactNode, useState } from "react";
import { useErrorText, useTitle } from "../core/index.ts";
import { buttonClass, Card, ErrorState, Loading, Notice, PageHeader } from "../ui/index.tsx";
import { ControlRoom } from "./control-room.tsx";
import { EncoderSetup } from "./encoder-setup.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { PlansCard } from "./plans-card.tsx";
import {
  type Details,
  type RecordingDraft,
  RecordingForm,
  useRecordingDraft,
} from "./recording-form.tsx";
import { useStudioTexts } from "./texts.ts";
import {
  type OwnChannel,
  type StudioVideo,
  useNewestVideos,
  useOpenVideos,
  videoOnAir,
} from "./use-channel.ts";
import { WithChannel } from "./with-channel.tsx";

/** `/studio/live`: what is to be on air, then the encoder, then the control room, by themselves. */
export function LivePage(): ReactNode {
  return <WithChannel>{(channel) => <Live channel={channel} />}</WithChannel>;
}

function Live({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText();
  const asked = useOpenVideos();
  const newest = useNewestVideos().data?.items;
  const videos = asked.data?.items;
  const onAir = videos && videoOnAir(videos);
  const [wasOnAir, setWasOnAir] = useState<string>();
  const [typed, setTyped] = useState<Partial<Details>>({});
  if (onAir !== undefined && onAir.id !== wasOnAir) setWasOnAir(onAir.id);
  useTitle(onAir === undefined ? texts.live.title : texts.control.title);
  if (asked.isError && videos === undefined) {
    return (
      <ErrorState page title={texts.loadFailed} onRetry={() => void asked.refetch()}>
        {errorText(asked.error)}
      </ErrorState>
    );
  }
  if (videos === undefined) return <Loading />;
  const ended = newest?.find(({ id }) => id === wasOnAir);
  return (
    <>
      {/* One for each broadcast, from its preparation to its end. */}
      <Broadcast
        key={wasOnAir ?? "none"}
        channel={channel}
        videos={videos}
        onAir={onAir}
        ended={ended}
        typed={onAir !== undefined && isUnplanned(onAir) ? typed : {}}
        onTyped={setTyped}
      />
      <div role="status" className="visually-hidden">
        {onAir === undefined ? "" : texts.states[onAir.state === "live" ? "live" : "interrupted"]}
      </div>
    </>
  );
}

/** Whether it was made when it began. */
const isUnplanned = ({ from, createdAt }: StudioVideo): boolean =>
  from !== null && Date.parse(createdAt) >= Date.parse(from);

type Shown = {
  readonly channel: OwnChannel;
  readonly videos: readonly StudioVideo[];
  /** What was on air here, and is over. */
  readonly ended: StudioVideo | undefined;
  /** Told what is typed of a plan before the encoder connects. */
  readonly onTyped: (typed: Partial<Details>) => void;
};

function Broadcast({
  onAir,
  typed,
  ...shown
}: Shown & {
  readonly onAir: StudioVideo | undefined;
  /** What was typed for it, and not saved, before it began. */
  readonly typed: Partial<Details>;
}): ReactNode {
  const draft = useRecordingDraft(onAir ?? shown.ended, typed);
  return onAir === undefined ? (
    <Prepare {...shown} draft={draft} />
  ) : (
    <ControlRoom
      channel={shown.channel}
      video={onAir}
      draft={draft}
      hasUnsavedPlan={draft.isChanged && Object.keys(typed).length > 0}
    />
  );
}

function Prepare({
  channel,
  videos,
  ended,
  draft,
  onTyped,
}: Shown & { readonly draft: RecordingDraft }): ReactNode {
  const texts = useStudioTexts();
  return (
    <>
      <PageHeader title={texts.live.title} about={texts.live.about} />
      <div className={form["stack"]}>
        <div role="status">
          {ended === undefined ? null : (
            <Notice
              tone="good"
              title={texts.control.ended}
              actions={
                <a href={links.recording(ended.id)} className={buttonClass({ size: "s" })}>
                  {texts.recording.facts}
                </a>
              }
            >
              {ended.title}
            </Notice>
          )}
        </div>
        {ended !== undefined && draft.isChanged ? (
          <Card title={texts.control.unsaved(ended.title)}>
            <RecordingForm video={ended} draft={draft} />
          </Card>
        ) : null}
        <div className={form["two"]}>
          <PlansCard channel={channel} videos={videos} onTyped={onTyped} />
          <EncoderSetup channel={channel} />
        </div>
      </div>
    </>
  );
}
