import { type FormEvent, type ReactNode, useState } from "react";
import { useCall, useChange, useErrorText } from "../core/index.ts";
import { Button, Card, ErrorState, Field, IconButton, Loading, TextInput } from "../ui/index.tsx";
import form from "./form.module.css";
import css from "./recordings.module.css";
import { useStudioTexts } from "./texts.ts";

/** Who may watch a private video. */
export function AllowedPeople({ video }: { readonly video: string }): ReactNode {
  const { recording: texts, loadFailed } = useStudioTexts();
  const errorText = useErrorText();
  const [email, setEmail] = useState("");
  const params = { video };
  const asked = useCall("videos.allowed", { params });
  const allow = useChange("videos.allow", {
    invalidates: ["videos.allowed"],
    onDone: () => setEmail(""),
  });
  const disallow = useChange("videos.disallow", { invalidates: ["videos.allowed"] });
  const people = asked.data?.items;
  const error = allow.error ?? disallow.error;
  return (
    <Card title={texts.people}>
      <p className={form["dim"]}>{texts.peopleAbout}</p>
      <form
        className={form["form"]}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          allow.mutate({ params, body: { email } });
        }}
      >
        <Field label={texts.email} required error={error === null ? undefined : errorText(error)}>
          <TextInput
            type="email"
            autoComplete="off"
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <div className={form["buttons"]}>
          <Button type="submit" icon="plus" busy={allow.isPending}>
            {texts.allow}
          </Button>
        </div>
      </form>
      {people === undefined ? (
        asked.isError ? (
          <ErrorState title={loadFailed} onRetry={() => void asked.refetch()}>
            {errorText(asked.error)}
          </ErrorState>
        ) : (
          <Loading />
        )
      ) : people.length === 0 ? (
        <p className={form["dim"]}>{texts.noPeople}</p>
      ) : (
        <ul className={css["list"]}>
          {people.map((person) => (
            <li key={person.id}>
              <span>
                {person.name} <span className={form["dim"]}>{person.email}</span>
              </span>
              <IconButton
                icon="close"
                size="s"
                label={texts.disallow(person.name)}
                onClick={() => disallow.mutate({ params: { video, person: person.id } })}
              />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
