import type { ReactNode } from "react";
import { useCall, useErrorText, useFormats, useNow } from "../core/index.ts";
import { CopyField, ErrorState, Field, Loading } from "../ui/index.tsx";
import form from "./form.module.css";
import { KeyField } from "./key-field.tsx";
import { useStudioTexts } from "./texts.ts";

/** What goes into an encoder: server and key, and when the key was last used. */
export function EncoderAddress({ channel }: { readonly channel: string }): ReactNode {
  const texts = useStudioTexts();
  const errorText = useErrorText(texts.channel.reasons);
  const asked = useCall("channels.publishing", { params: { channel } });
  if (asked.data === undefined) {
    return asked.isError ? (
      <ErrorState title={texts.loadFailed} onRetry={() => void asked.refetch()}>
        {errorText(asked.error)}
      </ErrorState>
    ) : (
      <Loading />
    );
  }
  const { rtmp, lastUsed } = asked.data;
  return (
    <div className={form["form"]}>
      <Field label={texts.live.server}>
        <CopyField value={rtmp.server} />
      </Field>
      <KeyField channel={channel} prefix={rtmp.keyPrefix} />
      <LastUsed used={lastUsed} />
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
