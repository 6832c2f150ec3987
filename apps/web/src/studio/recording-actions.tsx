import { type ReactNode, useState } from "react";
import { call, useChange, useErrorText } from "../core/index.ts";
import {
  buttonClass,
  ConfirmDialog,
  Icon,
  Menu,
  MenuItem,
  MenuLink,
  useToast,
} from "../ui/index.tsx";
import { links } from "./links.ts";
import css from "./recordings.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** What can be done with a recording. `onRemoved`: after it was deleted. */
export function RecordingActions({
  video,
  onRemoved,
}: {
  readonly video: StudioVideo;
  readonly onRemoved?: () => void;
}): ReactNode {
  const { recordings: texts, channel } = useStudioTexts();
  const [isAsking, setAsking] = useState(false);
  const errorText = useErrorText(channel.reasons);
  const tell = useToast();
  const save = useChange("videos.update", {
    invalidates: ["videos.mine"],
    onDone: ({ visibility }) => tell(visibility === "public" ? texts.shown : texts.hidden, "good"),
  });
  const remove = useChange("videos.delete", {
    invalidates: ["videos.mine"],
    onDone: () => {
      setAsking(false);
      tell(texts.removed, "good");
      onRemoved?.();
    },
  });
  const isPublic = video.visibility === "public";
  const isOnAir = video.state === "live" || video.state === "interrupted";
  const change = async (): Promise<void> => {
    const visibility = isPublic ? "private" : "public";
    await save
      .mutateAsync({ params: { video: video.id }, body: { visibility } })
      .catch((error: unknown) => tell(errorText(error), "bad"));
  };
  const download = async (): Promise<void> => {
    try {
      const { download: url } = await call("videos.playback", { params: { video: video.id } });
      if (url === null) tell(texts.noDownload);
      else location.assign(url);
    } catch (error) {
      tell(errorText(error), "bad");
    }
  };
  return (
    <span className={css["actions"]}>
      <a href={isOnAir ? links.live : links.watch(video.id)} className={buttonClass({ size: "s" })}>
        <Icon name="play" size="s" />
        {texts.watch}
      </a>
      {video.source === "recording" ? (
        <a href={links.trim(video.id)} className={buttonClass({ size: "s" })}>
          <Icon name="scissors" size="s" />
          {texts.trim}
        </a>
      ) : null}
      <Menu
        label={texts.more(video.title)}
        button={<Icon name="more" size="s" />}
        look={{ variant: "quiet", size: "s" }}
      >
        <MenuLink icon="edit" href={links.recording(video.id)}>
          {texts.edit}
        </MenuLink>
        <MenuItem icon={isPublic ? "lock" : "globe"} onClick={() => void change()}>
          {isPublic ? texts.hide : texts.publish}
        </MenuItem>
        <MenuItem
          icon="download"
          disabled={video.source !== "file"}
          onClick={() => void download()}
        >
          {texts.download}
        </MenuItem>
        <MenuItem icon="trash" danger disabled={isOnAir} onClick={() => setAsking(true)}>
          {texts.remove}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={isAsking}
        danger
        title={texts.removeTitle(video.title)}
        confirm={texts.removeConfirm}
        busy={remove.isPending}
        error={remove.error === null ? undefined : errorText(remove.error)}
        onConfirm={() => remove.mutate({ params: { video: video.id } })}
        onClose={() => setAsking(false)}
      >
        <p>{texts.removeAbout}</p>
      </ConfirmDialog>
    </span>
  );
}
