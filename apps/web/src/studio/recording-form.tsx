import { type FormEvent, type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Checkbox, Field, Notice, TextArea, TextInput, useToast } from "../ui/index.tsx";
import { VisibilityField } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";

/** Title, description, who can watch, chat. */
export function RecordingForm({ video }: { readonly video: StudioVideo }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText();
  const tell = useToast();
  const [title, setTitle] = useState(video.title);
  const [description, setDescription] = useState(video.description);
  const [visibility, setVisibility] = useState(video.visibility);
  const [chat, setChat] = useState(video.chat);
  const save = useChange("videos.update", {
    invalidates: ["videos.mine"],
    onDone: () => tell(texts.saved, "good"),
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ params: { video: video.id }, body: { title, description, visibility, chat } });
  };
  return (
    <form className={css["form"]} onSubmit={send}>
      <Field label={texts.fields.title} required>
        <TextInput
          value={title}
          maxLength={150}
          onChange={(event) => setTitle(event.target.value)}
        />
      </Field>
      <Field label={texts.fields.description} optional>
        <TextArea
          value={description}
          maxLength={5000}
          rows={4}
          onChange={(event) => setDescription(event.target.value)}
        />
      </Field>
      <VisibilityField value={visibility} onChange={setVisibility} />
      <Checkbox
        label={texts.fields.chat}
        checked={chat}
        onChange={(event) => setChat(event.target.checked)}
      />
      {save.error === null ? null : (
        <div role="alert">
          <Notice tone="bad">{errorText(save.error)}</Notice>
        </div>
      )}
      <div className={css["buttons"]}>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
