import { type FormEvent, type ReactNode, useState } from "react";
import { useChange, useErrorText, useTitle } from "../core/index.ts";
import { Button, Card, Field, PageHeader, Refusal, TextArea, TextInput } from "../ui/index.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";

const HANDLE = /^[a-z0-9][a-z0-9-]{1,29}$/;

/** Letters as an address has them: "Café da Ana" becomes "cafe-da-ana". */
function handleOf(name: string): string {
  return name
    .normalize("NFKD")
    .replaceAll(/[\p{M}'’]/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 30);
}

/** The first thing in a studio: a channel of one's own. */
export function CreateChannel(): ReactNode {
  const texts = useStudioTexts();
  const { channel } = texts;
  useTitle(channel.createTitle);
  const [name, setName] = useState("");
  const [typedHandle, setHandle] = useState<string>();
  const [about, setAbout] = useState("");
  const [tried, setTried] = useState(false);
  const errorText = useErrorText(channel.reasons);
  const create = useChange("channels.create", { invalidates: ["channels.mine"] });
  const handle = typedHandle ?? handleOf(name);
  const isGood = HANDLE.test(handle);
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!isGood || name.trim() === "") return;
    create.mutate({ body: { name, handle, about } });
  };
  const refused = create.error === null ? undefined : errorText(create.error);
  const ofHandle = create.error?.field === "handle";
  return (
    <div className={css["narrow"]}>
      <PageHeader title={channel.createTitle} about={channel.createAbout} />
      <Card>
        <form className={css["form"]} onSubmit={send} noValidate>
          <Field
            label={channel.name}
            required
            error={tried && name.trim() === "" ? channel.needed : undefined}
          >
            <TextInput
              value={name}
              maxLength={60}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field
            label={channel.handle}
            hint={channel.handleHint(location.host)}
            required
            error={tried && !isGood ? channel.handleWrong : ofHandle ? refused : undefined}
          >
            <TextInput
              value={handle}
              maxLength={30}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => {
                create.reset();
                setHandle(event.target.value);
              }}
            />
          </Field>
          <Field label={channel.about} hint={channel.aboutHint} optional>
            <TextArea
              value={about}
              maxLength={2000}
              rows={3}
              onChange={(event) => setAbout(event.target.value)}
            />
          </Field>
          <Refusal>{ofHandle ? null : refused}</Refusal>
          <div className={css["buttons"]}>
            <Button type="submit" variant="primary" busy={create.isPending}>
              {channel.create}
            </Button>
          </div>
        </form>
      </Card>
    </div>
  );
}
