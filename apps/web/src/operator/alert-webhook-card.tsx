import type { SettingsView } from "@oxbow/site-contract";
import { type ReactNode, useState } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { Badge, Button, Card, Notice, type Tone } from "../ui/index.tsx";
import { Attempts } from "./attempts.tsx";
import css from "./operator.module.css";
import { RotateDialogs } from "./rotate-dialogs.tsx";
import { useOperatorTexts } from "./texts.ts";
import { useAct } from "./use-act.ts";
import { useTellTest } from "./use-tell-test.ts";

type Webhook = SettingsView["webhook"];

const tones: Readonly<Record<Webhook["deliveries"][number]["state"], Tone>> = {
  pending: "warn",
  delivered: "good",
  dead: "bad",
};

/** Where alerts are posted: a test, a new secret, and what became of the last messages. */
export function AlertWebhookCard({ webhook }: { readonly webhook: Webhook }): ReactNode {
  const texts = useOperatorTexts().settings;
  const formats = useFormats();
  const { url, secretMadeAt } = webhook;
  return (
    <Card title={texts.webhook} actions={url === null ? undefined : <WebhookActions />}>
      {url === null ? (
        <Notice>{texts.webhookOff}</Notice>
      ) : (
        <>
          <p>
            {texts.webhookTo} <span className={css["mono"]}>{url}</span>
          </p>
          <p className={css["dim"]}>
            {secretMadeAt === null
              ? texts.noSecret
              : texts.secretMade(formats.dateTime(secretMadeAt))}
          </p>
          <Messages deliveries={webhook.deliveries} />
        </>
      )}
    </Card>
  );
}

function Messages({ deliveries }: { readonly deliveries: Webhook["deliveries"] }): ReactNode {
  const all = useOperatorTexts();
  const texts = all.settings;
  const formats = useFormats();
  const now = useNow();
  if (deliveries.length === 0) return <p className={css["dim"]}>{texts.noMessages}</p>;
  return (
    <details>
      <summary>{texts.messages}</summary>
      <ul className={css["alerts"]}>
        {deliveries.map((message) => (
          <li key={message.id} className={css["skeletons"]}>
            <div className={css["row"]}>
              <Badge tone={tones[message.state]}>{texts.messageStates[message.state]}</Badge>
              <span>
                {texts.messageTypes[message.type]}{" "}
                <span className={css["mono"]}>{message.kind}</span>
              </span>
              <span className={css["dim"]}>{formats.relative(message.createdAt, now)}</span>
            </div>
            <Attempts log={message.log} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function WebhookActions(): ReactNode {
  const texts = useOperatorTexts().settings;
  const [isAsking, setIsAsking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const test = useAct("operator.testWebhook", { onDone: useTellTest() });
  const rotate = useAct("operator.rotateWebhook", {
    invalidates: ["operator.settings"],
    onDone: (answer) => {
      setIsAsking(false);
      setSecret(answer.secret);
    },
  });
  return (
    <>
      <Button size="s" icon="send" busy={test.isPending} onClick={() => test.mutate({})}>
        {texts.testWebhook}
      </Button>
      <Button size="s" icon="key" onClick={() => setIsAsking(true)}>
        {texts.rotate}
      </Button>
      <RotateDialogs
        open={isAsking}
        texts={texts}
        busy={rotate.isPending}
        secret={secret}
        onRotate={() => rotate.mutate({})}
        onClose={() => setIsAsking(false)}
        onSeen={() => setSecret(undefined)}
      />
    </>
  );
}
