import type { ReactNode } from "react";
import { useCall } from "../core/index.ts";
import { Card, Loading, Notice } from "../ui/index.tsx";
import { EncoderAddress } from "./encoder-address.tsx";
import { useLostWords } from "./encoder-lost.tsx";
import css from "./encoder-setup.module.css";
import form from "./form.module.css";
import { RejectedCard } from "./rejected-card.tsx";
import { TestStreamCard } from "./test-stream-card.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel } from "./use-channel.ts";
import { useHealth } from "./use-health.ts";

/** Server and key, how to use them, and what becomes of it. */
export function EncoderSetup({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const hasStream = channel.stream !== null;
  const params = { channel: channel.id };
  const publishing = useCall("channels.publishing", { params }, { enabled: hasStream });
  const test = publishing.data?.test;
  if (!hasStream) {
    return (
      <div role="status">
        <Notice>{texts.channel.preparing}</Notice>
      </div>
    );
  }
  if (publishing.isPending) return <Loading />;
  return (
    <div className={form["stack"]}>
      <Card title={texts.live.encoderTitle}>
        <EncoderAddress channel={channel.id} />
        <details className={css["steps"]}>
          <summary>{texts.live.obsTitle}</summary>
          <ol>
            {texts.live.obs.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
        </details>
        <Signal channel={channel.id} />
      </Card>
      <RejectedCard channel={channel.id} />
      {test === undefined ? null : <TestStreamCard channel={channel.id} test={test} />}
    </div>
  );
}

/** Whether something has arrived, or why it is gone again. The page changes by itself when there is a picture. */
function Signal({ channel }: { readonly channel: string }): ReactNode {
  const { live } = useStudioTexts();
  const health = useHealth(channel).data;
  const isConnected = health?.session != null;
  const lost = useLostWords(health);
  return (
    <div role="status" className={css["signal"]} data-connected={isConnected}>
      <span className={css["beacon"]} aria-hidden="true" />
      <div>
        <p className={css["signalTitle"]}>{isConnected ? live.connected : live.waiting}</p>
        {isConnected ? null : <p className={form["dim"]}>{lost ?? live.waitingAbout}</p>}
      </div>
    </div>
  );
}
