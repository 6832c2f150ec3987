import { type ReactNode, useState } from "react";
import { useErrorText, useTitle } from "../core/index.ts";
import { buttonClass, ErrorState, Loading, Notice, PageHeader } from "../ui/index.tsx";
import { ControlRoom } from "./control-room.tsx";
import { EncoderSetup } from "./encoder-setup.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { PlansCard } from "./plans-card.tsx";
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
  const ended = useNewestVideos().data?.items;
  const videos = asked.data?.items;
  const onAir = videos && videoOnAir(videos);
  const [wasOnAir, setWasOnAir] = useState<string>();
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
  return (
    <>
      {onAir === undefined ? (
        <Prepare
          channel={channel}
          videos={videos}
          ended={ended?.find(({ id }) => id === wasOnAir)}
        />
      ) : (
        <ControlRoom key={onAir.id} channel={channel} video={onAir} />
      )}
      <div role="status" className="visually-hidden">
        {onAir === undefined ? "" : texts.states[onAir.state === "live" ? "live" : "interrupted"]}
      </div>
    </>
  );
}

function Prepare({
  channel,
  videos,
  ended,
}: {
  readonly channel: OwnChannel;
  readonly videos: readonly StudioVideo[];
  readonly ended: StudioVideo | undefined;
}): ReactNode {
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
        <div className={form["two"]}>
          <PlansCard channel={channel} videos={videos} />
          <EncoderSetup channel={channel} />
        </div>
      </div>
    </>
  );
}
