import type { FormEvent, ReactNode } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { Button, Checkbox, Field, Refusal, TextArea, TextInput, useToast } from "../ui/index.tsx";
import { VisibilityField } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";
import type { StudioVideo } from "./use-channel.ts";
import { type Draft, useDraft } from "./use-draft.ts";

export type Details = Pick<StudioVideo, "title" | "description" | "visibility" | "chat">;
export type RecordingDraft = Draft<Details>;

const nothing: Details = { title: "", description: "", visibility: "public", chat: false };

/** What is typed about a video, in whose form ever it stands. */
export function useRecordingDraft(
  video: StudioVideo | undefined,
  typed: Partial<Details> = {},
): RecordingDraft {
  const { title, description, visibility, chat } = video ?? nothing;
  return useDraft({ title, description, visibility, chat }, typed);
}

/** Title, description, who can watch, chat: what can be changed at any time, on air too. */
export function RecordingForm({
  video,
  draft,
}: {
  readonly video: StudioVideo;
  readonly draft: RecordingDraft;
}): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText(texts.channel.reasons);
  const tell = useToast();
  const { value, set } = draft;
  const save = useChange("videos.update", {
    invalidates: ["videos.mine"],
    onDone: () => tell(texts.saved, "good"),
  });
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const sent = draft.changed;
    if (!draft.isChanged) return tell(texts.saved, "good");
    try {
      await save.mutateAsync({ params: { video: video.id }, body: sent });
      draft.keep(sent);
    } catch {
      // Told below, by the state of the call.
    }
  };
  return (
    <form className={css["form"]} onSubmit={(event) => void send(event)}>
      <Field label={texts.fields.title} required>
        <TextInput
          value={value.title}
          maxLength={150}
          onChange={(event) => set({ title: event.target.value })}
        />
      </Field>
      <Field label={texts.fields.description} optional>
        <TextArea
          value={value.description}
          maxLength={5000}
          rows={4}
          onChange={(event) => set({ description: event.target.value })}
        />
      </Field>
      <VisibilityField
        value={value.visibility}
        onChange={(chosen) => set({ visibility: chosen })}
      />
      <Checkbox
        label={texts.fields.chat}
        checked={value.chat}
        onChange={(event) => set({ chat: event.target.checked })}
      />
      <Refusal>{save.error && errorText(save.error)}</Refusal>
      <div className={css["buttons"]}>
        <Button type="submit" variant="primary" busy={save.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
