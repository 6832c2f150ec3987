import type { BodyIn } from "@oxbow/site-contract";
import type { FormEvent, ReactNode } from "react";
import { useChange, useErrorText, useTitle } from "../core/index.ts";
import {
  Button,
  buttonClass,
  Card,
  Field,
  PageHeader,
  Refusal,
  TextArea,
  TextInput,
  useToast,
} from "../ui/index.tsx";
import { BroadcastFields } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { links } from "./links.ts";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel } from "./use-channel.ts";
import { useDraft } from "./use-draft.ts";
import { WithChannel } from "./with-channel.tsx";

/** `/studio/settings`: the channel, and how each new broadcast begins. */
export function StudioSettingsPage(): ReactNode {
  const { channel: texts } = useStudioTexts();
  useTitle(texts.settingsTitle);
  return (
    <WithChannel>
      {(channel) => (
        <>
          <PageHeader
            title={texts.settingsTitle}
            about={texts.settingsAbout}
            actions={
              <a href={links.channel(channel.handle)} className={buttonClass()}>
                {texts.visit}
              </a>
            }
          />
          <div className={css["two"]}>
            <DetailsForm channel={channel} />
            <DefaultsForm channel={channel} />
          </div>
        </>
      )}
    </WithChannel>
  );
}

/** Saves what was changed of a channel; true where it was. */
function useSave({ id }: OwnChannel) {
  const texts = useStudioTexts();
  const tell = useToast();
  const save = useChange("channels.update", {
    invalidates: ["channels.mine"],
    onDone: () => tell(texts.saved, "good"),
  });
  const send = (body: BodyIn<"channels.update">): Promise<boolean> =>
    save.mutateAsync({ params: { channel: id }, body }).then(
      () => true,
      // Told below the form, by the state of the call.
      () => false,
    );
  return { ...save, send };
}

function DetailsForm({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const draft = useDraft({ name: channel.name, handle: channel.handle, about: channel.about });
  const { name, handle, about } = draft.value;
  const errorText = useErrorText(texts.channel.reasons);
  const save = useSave(channel);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const sent = draft.changed;
    if (await save.send(sent)) draft.keep(sent);
  };
  const refused = save.error === null ? undefined : errorText(save.error);
  const isOf = (field: string): boolean => save.error?.field === field;
  return (
    <Card title={texts.channel.details}>
      <form className={css["form"]} onSubmit={(event) => void send(event)}>
        <Field label={texts.channel.name} required error={isOf("name") ? refused : undefined}>
          <TextInput
            value={name}
            maxLength={60}
            onChange={(event) => draft.set({ name: event.target.value })}
          />
        </Field>
        <Field
          label={texts.channel.handle}
          hint={texts.channel.handleHint(location.host)}
          required
          error={isOf("handle") ? refused : undefined}
        >
          <TextInput
            value={handle}
            pattern="[a-z0-9][a-z0-9\-]{1,29}"
            title={texts.channel.handleWrong}
            autoCapitalize="none"
            spellCheck={false}
            onChange={(event) => draft.set({ handle: event.target.value })}
          />
        </Field>
        <Field label={texts.channel.about} hint={texts.channel.aboutHint} optional>
          <TextArea
            value={about}
            maxLength={2000}
            rows={4}
            onChange={(event) => draft.set({ about: event.target.value })}
          />
        </Field>
        <Refusal>{save.error?.field === undefined && refused}</Refusal>
        <div className={css["buttons"]}>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function DefaultsForm({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const draft = useDraft(channel.defaults);
  const errorText = useErrorText(texts.channel.reasons);
  const save = useSave(channel);
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const sent = draft.changed;
    if (await save.send({ defaults: sent })) draft.keep(sent);
  };
  return (
    <Card title={texts.channel.defaults}>
      <form className={css["form"]} onSubmit={(event) => void send(event)}>
        <p className={css["dim"]}>{texts.channel.defaultsAbout}</p>
        <Field label={texts.channel.defaultTitle} required>
          <TextInput
            value={draft.value.title}
            maxLength={150}
            onChange={(event) => draft.set({ title: event.target.value })}
          />
        </Field>
        <BroadcastFields value={draft.value} onChange={draft.set} />
        <Refusal>{save.error && errorText(save.error)}</Refusal>
        <div className={css["buttons"]}>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
