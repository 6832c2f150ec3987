import { type ReactNode, useId, useRef, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Refusal, Still, useToast } from "../ui/index.tsx";
import form from "./form.module.css";
import { posterJpeg } from "./poster-jpeg.ts";
import css from "./recordings.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** The picture of a video: that of its owner's choice, or the one that is drawn. */
export function PosterField({
  video,
  duration,
}: {
  readonly video: StudioVideo;
  readonly duration?: string | undefined;
}): ReactNode {
  const { poster: texts, channel } = useStudioTexts();
  const errorText = useErrorText(channel.reasons);
  const tell = useToast();
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const [isUnreadable, setUnreadable] = useState(false);
  const done = { invalidates: ["videos.mine"], onDone: () => tell(texts.saved, "good") } as const;
  const save = useChange("videos.setPoster", done);
  const remove = useChange("videos.removePoster", done);
  const params = { video: video.id };
  const choose = async (file: File): Promise<void> => {
    setUnreadable(false);
    remove.reset();
    save.reset();
    let jpeg: string;
    try {
      jpeg = await posterJpeg(file);
    } catch {
      setUnreadable(true);
      return;
    }
    save.mutate({ params, body: { jpeg } });
  };
  const error = save.error ?? remove.error;
  const wrong = isUnreadable ? texts.unreadable : error && errorText(error);
  return (
    <div className={css["poster"]}>
      <div className={css["still"]}>
        <Still
          // One that could not be loaded hides itself.
          key={video.poster}
          src={video.poster}
          live={video.state === "live"}
          duration={duration}
        />
      </div>
      <p id={hint} className={form["dim"]}>
        {texts.about}
      </p>
      <Refusal>{wrong}</Refusal>
      <input
        ref={input}
        type="file"
        hidden
        accept="image/*"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) void choose(file);
        }}
      />
      <div className={form["buttons"]}>
        <Button
          size="s"
          icon="image"
          aria-describedby={hint}
          busy={save.isPending}
          onClick={() => input.current?.click()}
        >
          {texts.choose}
        </Button>
        {video.ownPoster ? (
          <Button
            size="s"
            variant="quiet"
            icon="trash"
            busy={remove.isPending}
            onClick={() => remove.mutate({ params })}
          >
            {video.source === "none" ? texts.removePlanned : texts.remove}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
