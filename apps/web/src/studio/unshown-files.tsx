import type { AnswerOf } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import {
  useAnswers,
  useCall,
  useChange,
  useErrorText,
  useFormats,
  useUpdates,
} from "../core/index.ts";
import { Button, Card, ConfirmDialog, useToast } from "../ui/index.tsx";
import form from "./form.module.css";
import { links } from "./links.ts";
import css from "./recordings.module.css";
import { useStudioTexts } from "./texts.ts";

type UnshownFile = AnswerOf<"videos.unshownFiles">["items"][number];

/** Files that no page shows: they take room until somebody publishes or deletes them. */
export function UnshownFiles({ channel }: { readonly channel: string }): ReactNode {
  const { unshown: texts } = useStudioTexts();
  const formats = useFormats();
  const answers = useAnswers();
  const asked = useCall("videos.unshownFiles", { params: { channel } });
  useUpdates([`exports:${channel}`], (update) => {
    if (update.type === "export.changed" && update.data.state === "ready")
      void answers.invalidate("videos.unshownFiles");
  });
  const [removed, setRemoved] = useState<UnshownFile>();
  const files = asked.data?.items ?? [];
  // Where they can't be asked for, the page above says that the media server is away.
  if (files.length === 0) return null;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <Card title={texts.title}>
      <p className={form["dim"]}>{texts.about(formats.bytes(bytes))}</p>
      <ul className={css["list"]}>
        {files.map((file) => (
          <li key={file.asset}>
            <span>
              {file.wish === null ? file.title : <a href={links.file(file.wish)}>{file.title}</a>}{" "}
              <span className={form["dim"]}>
                {[
                  formats.duration(file.duration),
                  formats.bytes(file.bytes),
                  file.createdAt === null ? "" : formats.dateTime(file.createdAt),
                ]
                  .filter((part) => part !== "")
                  .join(" · ")}
              </span>
            </span>
            <Button
              size="s"
              variant="quiet"
              icon="trash"
              aria-label={texts.removeOf(file.title)}
              onClick={() => setRemoved(file)}
            >
              {texts.remove}
            </Button>
          </li>
        ))}
      </ul>
      <RemoveFile channel={channel} file={removed} onClose={() => setRemoved(undefined)} />
    </Card>
  );
}

function RemoveFile({
  channel,
  file,
  onClose,
}: {
  readonly channel: string;
  readonly file: UnshownFile | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const { unshown: texts, channel: ofChannel } = useStudioTexts();
  const errorText = useErrorText(ofChannel.reasons);
  const tell = useToast();
  const remove = useChange("videos.removeFile", {
    invalidates: ["videos.unshownFiles", "exports.list"],
    onDone: () => {
      tell(texts.removed, "good");
      onClose();
    },
  });
  return (
    <ConfirmDialog
      open={file !== undefined}
      danger
      title={texts.removeTitle(file?.title ?? "")}
      confirm={texts.remove}
      busy={remove.isPending}
      error={remove.error === null ? undefined : errorText(remove.error)}
      onConfirm={() => {
        if (file !== undefined) remove.mutate({ params: { channel, asset: file.asset } });
      }}
      onClose={onClose}
    >
      <p>{texts.removeAbout}</p>
    </ConfirmDialog>
  );
}
