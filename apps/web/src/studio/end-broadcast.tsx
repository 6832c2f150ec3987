import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, ConfirmDialog } from "../ui/index.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel, StudioVideo } from "./use-channel.ts";

/** Ends the broadcast, after saying what becomes of it. */
export function EndBroadcast({
  channel,
  video,
}: {
  readonly channel: OwnChannel;
  readonly video: StudioVideo;
}): ReactNode {
  const { control, channel: ofChannel } = useStudioTexts();
  const errorText = useErrorText(ofChannel.reasons);
  const [isAsking, setAsking] = useState(false);
  const end = useChange("videos.end", {
    invalidates: ["videos.mine"],
    onDone: () => setAsking(false),
  });
  return (
    <>
      <Button
        variant="danger"
        icon="stop"
        // The page changes when the media server tells of the end.
        busy={end.isSuccess}
        onClick={() => setAsking(true)}
      >
        {end.isSuccess ? control.ending : control.end}
      </Button>
      <ConfirmDialog
        open={isAsking}
        danger
        title={control.endTitle}
        confirm={control.endConfirm}
        busy={end.isPending}
        error={end.error === null ? undefined : errorText(end.error)}
        onConfirm={() => end.mutate({ params: { video: video.id } })}
        onClose={() => setAsking(false)}
      >
        <p>{video.record ? control.endRecorded : control.endUnrecorded}</p>
        {video.record && channel.defaults.autoExport ? <p>{control.endExport}</p> : null}
      </ConfirmDialog>
    </>
  );
}
