import { type FormEvent, type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Field, TextInput, useToast } from "../ui/index.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** Changes the title while the broadcast runs; viewers see it at once. */
export function TitleForm({ video }: { readonly video: StudioVideo }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText();
  const tell = useToast();
  const [title, setTitle] = useState(video.title);
  const save = useChange("videos.update", {
    invalidates: ["videos.mine"],
    onDone: () => tell(texts.saved, "good"),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ params: { video: video.id }, body: { title } });
  };
  return (
    <form className={css["form"]} onSubmit={send}>
      <Field
        label={texts.fields.title}
        hideLabel
        required
        error={save.error === null ? undefined : errorText(save.error)}
      >
        <TextInput
          value={title}
          maxLength={150}
          onChange={(event) => setTitle(event.target.value)}
        />
      </Field>
      <div className={css["buttons"]}>
        <Button type="submit" size="s" busy={save.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
