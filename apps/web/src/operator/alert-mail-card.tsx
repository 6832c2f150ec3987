import type { SettingsView } from "@oxbow/site-contract";
import { type FormEvent, type ReactNode, useState } from "react";
import { useCall, useChange, useErrorText } from "../core/index.ts";
import { Button, Card, Field, Notice, Select, TextArea, useToast } from "../ui/index.tsx";
import { Answered } from "./answered.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";

const wishes = ["info", "warning", "critical", "none"] as const;

/** Who gets alerts by e-mail. */
export function AlertMailCard({ view }: { readonly view: SettingsView }): ReactNode {
  const texts = useOperatorTexts().settings;
  const tell = useToast();
  const test = useAct("operator.testMail", {
    onDone: ({ to }) => tell(texts.mailSent(to), "good"),
  });
  return (
    <Card
      title={texts.alerts}
      actions={
        view.mailWorks ? (
          <Button size="s" icon="send" busy={test.isPending} onClick={() => test.mutate({})}>
            {texts.testMail}
          </Button>
        ) : undefined
      }
    >
      {view.mailWorks ? null : <Notice tone="warn">{texts.mailOff}</Notice>}
      <OwnMail />
      <Addresses saved={view.addresses} />
    </Card>
  );
}

function OwnMail(): ReactNode {
  const texts = useOperatorTexts().settings;
  const tell = useToast();
  const mine = useCall("alerts.getMail", {});
  const change = useAct("alerts.setMail", {
    invalidates: ["alerts.getMail"],
    onDone: () => tell(texts.saved, "good"),
  });
  return (
    <Answered asked={mine}>
      {({ from }) => (
        <Field label={texts.mailFor} className={css["narrow"] ?? ""}>
          <Select
            value={(change.isPending ? change.variables?.body.from : undefined) ?? from}
            onChange={({ target }) => {
              const wish = wishes.find((one) => one === target.value);
              if (wish !== undefined) change.mutate({ body: { from: wish } });
            }}
          >
            {wishes.map((wish) => (
              <option key={wish} value={wish}>
                {texts.mailWishes[wish]}
              </option>
            ))}
          </Select>
        </Field>
      )}
    </Answered>
  );
}

function Addresses({ saved }: { readonly saved: readonly string[] }): ReactNode {
  const all = useOperatorTexts();
  const texts = all.settings;
  const errorText = useErrorText(all.reasons);
  const tell = useToast();
  const [text, setText] = useState(saved.join("\n"));
  const change = useChange("operator.setAddresses", {
    invalidates: ["operator.settings"],
    onDone: ({ addresses }) => {
      setText(addresses.join("\n"));
      tell(texts.saved, "good");
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    const addresses = text.split(/[\s,;]+/).filter((one) => one !== "");
    change.mutate({ body: { addresses } });
  };
  const { error } = change;
  const isWrong = error?.code === "invalid_request";
  return (
    <form className={css["form"]} onSubmit={send}>
      <Field
        label={texts.addresses}
        hint={texts.addressesHint}
        optional
        error={error === null ? undefined : isWrong ? texts.addressesWrong : errorText(error)}
      >
        <TextArea
          value={text}
          rows={3}
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          onChange={({ target }) => setText(target.value)}
        />
      </Field>
      <div className={css["buttons"]}>
        <Button type="submit" busy={change.isPending}>
          {texts.save}
        </Button>
      </div>
    </form>
  );
}
