import { type ReactNode, useState } from "react";
import { useCall, useChange, useErrorText, useFormats } from "../core/index.ts";
import {
  Button,
  EmptyState,
  ErrorState,
  Field,
  Loading,
  TextInput,
  useToast,
} from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

/** Whom the channel's owner named to moderate. */
export function ModeratorsPart({ channel }: { readonly channel: string }): ReactNode {
  const texts = useChatTexts();
  const formats = useFormats();
  const tell = useToast();
  const errorText = useErrorText(texts.reasons);
  const { data, error, refetch } = useCall("chat.moderators", { params: { channel } });
  const remove = useChange("chat.removeModerator", { invalidates: ["chat.moderators"] });
  if (data === undefined) {
    if (error === null) return <Loading />;
    return (
      <ErrorState title={texts.failed} onRetry={() => void refetch()}>
        {errorText(error)}
      </ErrorState>
    );
  }
  return (
    <>
      <AddModerator channel={channel} />
      {data.items.length === 0 ? (
        <EmptyState icon="shield" title={texts.moderatorsEmpty}>
          {texts.moderatorsEmptyAbout}
        </EmptyState>
      ) : null}
      <ul className={css["entries"]}>
        {data.items.map(({ person, name, at }) => (
          <li key={person} className={css["entry"]}>
            <p className={css["entryHead"]}>
              <strong>{name}</strong>
              <span className={css["dim"]}>{texts.since(formats.date(at))}</span>
            </p>
            <div className={css["entryActions"]}>
              <Button
                size="s"
                aria-label={`${texts.removeModerator}: ${name}`}
                onClick={() =>
                  remove.mutate(
                    { params: { channel, person } },
                    {
                      onSuccess: () => tell(texts.removed(name), "good"),
                      onError: (failure) => tell(errorText(failure), "bad"),
                    },
                  )
                }
              >
                {texts.removeModerator}
              </Button>
            </div>
          </li>
        ))}
      </ul>
    </>
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
