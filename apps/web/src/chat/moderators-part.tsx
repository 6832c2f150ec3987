import { type ReactNode, useState } from "react";
import { useCall, useChange, useErrorText, useFormats } from "../core/index.ts";
import { Button, EmptyState, Field, TextInput, useToast } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./chat.module.css";
import { PersonEntry, useTold } from "./person-entry.tsx";
import { useChatTexts } from "./texts.ts";

/** Whom the channel's owner named to moderate. */
export function ModeratorsPart({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const formats = useFormats();
  const told = useTold();
  const moderators = useCall("chat.moderators", { params: { channel } });
  const remove = useChange("chat.removeModerator", { invalidates: ["chat.moderators"] });
  return (
    <Answered asked={moderators}>
      {({ items }) => (
        <>
          <AddModerator channel={channel} />
          {items.length === 0 ? (
            <EmptyState icon="shield" title={texts.moderatorsEmpty}>
              {texts.moderatorsEmptyAbout}
            </EmptyState>
          ) : null}
          <ul className={css["entries"]}>
            {items.map(({ person, name, at }) => (
              <PersonEntry
                key={person}
                name={name}
                about={texts.since(formats.date(at))}
                act={texts.removeModerator}
                busy={remove.isPending && remove.variables.params.person === person}
                onAct={() =>
                  remove.mutate({ params: { channel, person } }, told(texts.removed(name)))
                }
              />
            ))}
          </ul>
        </>
      )}
    </Answered>
  );
}

function AddModerator({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const [email, setEmail] = useState("");
  const add = useChange("chat.addModerator", {
    invalidates: ["chat.moderators"],
    onDone: ({ name }) => {
      tell(texts.madeModerator(name), "good");
      setEmail("");
    },
  });
  return (
    <form
      className={css["inline"]}
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate({ params: { channel }, body: { email } });
      }}
    >
      <Field
        label={texts.moderatorEmail}
        error={add.error === null ? undefined : errorText(add.error)}
        required
      >
        <TextInput
          type="email"
          autoComplete="off"
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </Field>
      <Button type="submit" busy={add.isPending}>
        {texts.addModerator}
      </Button>
    </form>
  );
}
