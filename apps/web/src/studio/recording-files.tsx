import type { ReactNode } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, buttonClass, Card, Icon, Refusal, useToast } from "../ui/index.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** The way to files of a recording, and back from one. */
export function RecordingFiles({ video }: { readonly video: StudioVideo }): ReactNode {
  const { recording: texts, recordings } = useStudioTexts();
  const errorText = useErrorText();
  const tell = useToast();
  const unpublish = useChange("videos.unpublish", {
    invalidates: ["videos.mine"],
    onDone: () => tell(texts.unpublished, "good"),
  });
  const canTrim = video.state === "ended" && video.archived !== null;
  return (
    <Card title={texts.files}>
      <p className={form["dim"]}>{texts.filesAbout}</p>
      <Refusal>{unpublish.error && errorText(unpublish.error)}</Refusal>
      <div className={form["buttons"]}>
        {canTrim ? (
          <a href={links.trim(video.id)} className={buttonClass({ variant: "primary" })}>
            <Icon name="scissors" />
            {recordings.trim}
          </a>
        ) : null}
        {video.source === "file" && video.kind === "broadcast" && video.archived !== null ? (
          <Button
            busy={unpublish.isPending}
            onClick={() => unpublish.mutate({ params: { video: video.id } })}
          >
            {texts.unpublish}
          </Button>
        ) : null}
      </div>
    </Card>
  );
}
