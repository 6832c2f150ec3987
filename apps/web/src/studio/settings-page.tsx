import { type FormEvent, type ReactNode, useState } from "react";
import { useChange, useErrorText, useTitle } from "../core/index.ts";
import {
  Button,
  buttonClass,
  Card,
  Field,
  Notice,
  PageHeader,
  TextArea,
  TextInput,
  useToast,
} from "../ui/index.tsx";
import { BroadcastFields } from "./broadcast-fields.tsx";
import css from "./form.module.css";
import { links } from "./links.ts";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel } from "./use-channel.ts";
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

function useSave() {
  const texts = useStudioTexts();
  const tell = useToast();
  return useChange("channels.update", {
    invalidates: ["channels.mine"],
    onDone: () => tell(texts.saved, "good"),
  });
}

function DetailsForm({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const [name, setName] = useState(channel.name);
  const [handle, setHandle] = useState(channel.handle);
  const [about, setAbout] = useState(channel.about);
  const errorText = useErrorText(texts.channel.reasons);
  const save = useSave();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ params: { channel: channel.id }, body: { name, handle, about } });
  };
  const refused = save.error === null ? undefined : errorText(save.error);
  const isOf = (field: string): boolean => save.error?.field === field;
  return (
    <Card title={texts.channel.details}>
      <form className={css["form"]} onSubmit={send}>
        <Field label={texts.channel.name} required error={isOf("name") ? refused : undefined}>
          <TextInput
            value={name}
            maxLength={60}
            onChange={(event) => setName(event.target.value)}
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
            onChange={(event) => setHandle(event.target.value)}
          />
        </Field>
        <Field label={texts.channel.about} hint={texts.channel.aboutHint} optional>
          <TextArea
            value={about}
            maxLength={2000}
            rows={4}
            onChange={(event) => setAbout(event.target.value)}
          />
        </Field>
        {refused === undefined || save.error?.field !== undefined ? null : (
          <Notice tone="bad">{refused}</Notice>
        )}
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
  const [defaults, setDefaults] = useState(channel.defaults);
  const errorText = useErrorText(texts.channel.reasons);
  const save = useSave();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ params: { channel: channel.id }, body: { defaults } });
  };
  return (
    <Card title={texts.channel.defaults}>
      <form className={css["form"]} onSubmit={send}>
        <p className={css["dim"]}>{texts.channel.defaultsAbout}</p>
        <Field label={texts.channel.defaultTitle} required>
          <TextInput
            value={defaults.title}
            maxLength={150}
            onChange={(event) => setDefaults({ ...defaults, title: event.target.value })}
          />
        </Field>
        <BroadcastFields
          value={defaults}
          onChange={(wish) => setDefaults({ ...wish, title: defaults.title })}
        />
        {save.error === null ? null : <Notice tone="bad">{errorText(save.error)}</Notice>}
        <div className={css["buttons"]}>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {texts.save}
          </Button>
        </div>
      </form>
    </Card>
  );
}
