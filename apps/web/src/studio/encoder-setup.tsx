import type { ReactNode } from "react";
import { useCall, useErrorText, useFormats, useNow } from "../core/index.ts";
import { Card, CopyField, ErrorState, Field, Loading, Notice } from "../ui/index.tsx";
import css from "./encoder-setup.module.css";
import form from "./form.module.css";
import { KeyField } from "./key-field.tsx";
import { RejectedCard } from "./rejected-card.tsx";
import { TestStreamCard } from "./test-stream-card.tsx";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel } from "./use-channel.ts";
import { useHealth } from "./use-health.ts";

/** Server and key, how to use them, and what becomes of it. */
export function EncoderSetup({ channel }: { readonly channel: OwnChannel }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText(texts.channel.reasons);
  const hasStream = channel.stream !== null;
  const asked = useCall(
    "channels.publishing",
    { params: { channel: channel.id } },
    { enabled: hasStream },
  );
  if (!hasStream) {
    return (
      <div role="status">
        <Notice>{texts.channel.preparing}</Notice>
      </div>
    );
  }
  if (asked.isError && asked.data === undefined) {
    return (
      <Card title={texts.live.encoderTitle}>
        <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
          {errorText(asked.error)}
        </ErrorState>
      </Card>
    );
  }
  if (asked.data === undefined) return <Loading />;
  const { rtmp, lastUsed, test } = asked.data;
  return (
    <div className={form["stack"]}>
      <Card title={texts.live.encoderTitle}>
        <Field label={texts.live.server}>
          <CopyField value={rtmp.server} />
        </Field>
        <KeyField channel={channel.id} prefix={rtmp.keyPrefix} />
        <LastUsed used={lastUsed} />
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
      <TestStreamCard channel={channel.id} test={test} />
    </div>
  );
}

type Used = { readonly at: string; readonly address: string; readonly encoder: string | null };

function LastUsed({ used }: { readonly used: Used | null }): ReactNode {
  const { live } = useStudioTexts();
  const formats = useFormats();
  const now = useNow();
  return (
    <p className={form["dim"]}>
      {used === null
        ? live.neverUsed
        : live.lastUsed(formats.relative(used.at, now), used.address, used.encoder)}
    </p>
  );
}

/** Whether something has arrived. The page changes by itself when there is a picture. */
function Signal({ channel }: { readonly channel: string }): ReactNode {
  const { live } = useStudioTexts();
  const connected = useHealth(channel).data?.session != null;
  return (
    <div role="status" className={css["signal"]} data-connected={connected}>
      <span className={css["beacon"]} aria-hidden="true" />
      <div>
        <p className={css["signalTitle"]}>{connected ? live.connected : live.waiting}</p>
        {connected ? null : <p className={form["dim"]}>{live.waitingAbout}</p>}
      </div>
    </div>
  );
}
