import { withToken } from "@oxbow/player/access";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import {
  type CallError,
  call,
  useCall,
  useErrorText,
  useParam,
  useTitle,
  useUpdates,
} from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState, Loading } from "../ui/index.tsx";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import { TrimEditor } from "./trim-editor.tsx";
import type { Trouble } from "./trim-news.tsx";

/** What runs grows, what failed comes back, and a token lasts a quarter of an hour. */
const SOON_MS = 10_000;
const SETTLED_MS = 10 * 60_000;
const [NOT_FOUND, GONE] = [404, 410];

/** `/studio/recordings/$video/trim`: chooses a stretch of a recording. */
export function TrimPage(): ReactNode {
  // Waits for the texts, in a component that has no other state: React goes wrong where more hooks follow.
  useTrimTexts();
  return <TrimHere />;
}

function TrimHere(): ReactNode {
  const video = useParam("video");
  const texts = useTrimTexts();
  const errorText = useErrorText();
  const found = useRecording(video);
  const { data, error, refetch } = found;
  useTitle(data === undefined ? texts.heading : texts.title(data.video.title));
  const retry = (): void => void refetch();
  if (data !== undefined) {
    const trouble = error === null ? undefined : troubleOf(error, errorText(error));
    return <WithMedia key={video} recording={data} trouble={trouble} onRetry={retry} />;
  }
  if (error === null) return <Loading label={texts.loading} />;
  const back = (
    <a className={buttonClass()} href="/studio/recordings">
      {texts.back}
    </a>
  );
  if (error.status === GONE) {
    return (
      <EmptyState page title={texts.gone} actions={back}>
        {texts.goneAbout}
      </EmptyState>
    );
  }
  return (
    <ErrorState page title={texts.failed} onRetry={retry} actions={back}>
      {errorText(error)}
    </ErrorState>
  );
}

const troubleOf = ({ status }: CallError, text: string): Trouble =>
  status === GONE || status === NOT_FOUND ? { is: "gone" } : { is: "away", text };

/** The recording as it is: asked for as it grows, when something happens to the video, and when it failed. */
function useRecording(video: string) {
  const found = useCall("recordings.get", { params: { video } }, { keepPrevious: true });
  const { data, error, refetch } = found;
  const isOpen = data !== undefined;
  const isGone = error?.status === GONE || error?.status === NOT_FOUND;
  const every = error !== null || data?.running === true ? SOON_MS : SETTLED_MS;
  useUpdates([`video:${video}`], () => {
    if (isOpen) void refetch();
  });
  useEffect(() => {
    if (!isOpen || isGone) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) void refetch();
    }, every);
    return () => clearInterval(timer);
  }, [isOpen, isGone, every, refetch]);
  return found;
}

/** The player goes on with the addresses that it began with: its token is renewed by itself. */
function WithMedia({
  recording,
  trouble,
  onRetry,
}: {
  readonly recording: Recording;
  readonly trouble: Trouble | undefined;
  readonly onRetry: () => void;
}): ReactNode {
  const [first] = useState(recording);
  const { fresh, getToken } = useToken(recording.video.id, recording.playback.token);
  return <TrimEditor {...{ recording, first, fresh, getToken, trouble, onRetry }} />;
}

/** Addresses with the token that is valid now, and where the player gets its next one. */
function useToken(video: string, told: string | null) {
  const token = useRef(told);
  useEffect(() => {
    token.current = told;
  }, [told]);
  const fresh = useCallback(
    (url: string) => (token.current === null ? url : withToken(url, token.current)),
    [],
  );
  const getToken = useCallback(async () => {
    const { playback } = await call("recordings.get", { params: { video } });
    token.current = playback.token;
    return playback.token ?? "";
  }, [video]);
  return { fresh, getToken };
}
