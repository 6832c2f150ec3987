import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import { useFormats } from "../core/index.ts";
import { Button, useToast } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";

/** Why what is shown may not be as it is now. */
export type Trouble =
  /** Retention or somebody has removed all of it. */
  | { readonly is: "gone" }
  /** It could not be asked for; `text` says why. */
  | { readonly is: "away"; readonly text: string };

/** Retention removes whole files: less than this is no news. */
const LEAST_MS = 1000;

type Props = {
  readonly recording: Recording;
  /** As it was when the editor was opened. */
  readonly first: Recording;
  readonly trouble: Trouble | undefined;
};

/** What has happened to the recording since the editor was opened: the most important of it. */
function useNews({ recording, first, trouble }: Props) {
  const texts = useTrimTexts();
  const begins = Date.parse(recording.from);
  if (trouble?.is === "gone")
    return { key: "gone", tone: "bad", text: `${texts.vanished} ${texts.vanishedAbout}` } as const;
  if (trouble?.is === "away")
    return { key: "away", tone: "bad", text: `${trouble.text} ${texts.again}` } as const;
  if (begins - Date.parse(first.from) > LEAST_MS)
    return {
      key: recording.from,
      tone: "neutral",
      text: texts.shortened(clockText(begins)),
    } as const;
  if (first.running && !recording.running)
    return { key: "ended", tone: "good", text: texts.ended } as const;
  return undefined;
}

/**
 * Until when the archive keeps it, or what has happened to it since. News are told in the corner as well:
 * nothing moves under the pointer of somebody who is at work.
 */
export function About({ onRetry, ...facts }: Props & { readonly onRetry: () => void }): ReactNode {
  const texts = useTrimTexts();
  const formats = useFormats();
  const tell = useToast();
  const news = useNews(facts);
  const told = useRef<string>(undefined);
  const tellNews = useEffectEvent((key: string | undefined) => {
    if (news !== undefined && key !== told.current) tell(news.text, news.tone);
    told.current = key;
  });
  useEffect(() => tellNews(news?.key), [news?.key]);
  const expiry = facts.recording.expiresAt;
  const kept = expiry === null ? texts.stays : texts.expires(formats.dateTime(expiry));
  return (
    <span className={css["news"]}>
      {news?.text ?? kept}
      {news?.key === "away" ? (
        <Button size="s" icon="refresh" onClick={onRetry}>
          {texts.retry}
        </Button>
      ) : null}
    </span>
  );
}
