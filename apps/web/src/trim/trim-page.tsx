import { withToken } from "@oxbow/player/access";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { call, useCall, useErrorText, useParam, useTitle } from "../core/index.ts";
import { buttonClass, EmptyState, ErrorState, Loading } from "../ui/index.tsx";
import { type Recording, readMedia } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import { TrimEditor } from "./trim-editor.tsx";

/** What runs grows, and a token lasts a quarter of an hour. */
const RUNNING_MS = 15_000;
const SETTLED_MS = 10 * 60_000;

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
  useTitle(found.data === undefined ? texts.heading : texts.title(found.data.video.title));
  if (found.data !== undefined) return <WithMedia key={video} recording={found.data} />;
  if (found.error === null) return <Loading label={texts.loading} />;
  const back = (
    <a className={buttonClass()} href="/studio/recordings">
      {texts.back}
    </a>
  );
  if (found.error.status === 410) {
    return (
      <EmptyState page title={texts.gone} actions={back}>
        {texts.goneAbout}
      </EmptyState>
    );
  }
  return (
    <ErrorState page title={texts.failed} onRetry={() => void found.refetch()} actions={back}>
      {errorText(found.error)}
    </ErrorState>
  );
}

function useRecording(video: string) {
  const found = useCall(
    "recordings.get",
    { params: { video } },
    { every: SETTLED_MS, keepPrevious: true },
  );
  const running = found.data?.running === true;
  const { refetch } = found;
  useEffect(() => {
    if (!running) return undefined;
    const timer = setInterval(() => void refetch(), RUNNING_MS);
    return () => clearInterval(timer);
  }, [running, refetch]);
  return found;
}

/** Reads what the recording is made of; a running one again as it grows. */
function WithMedia({ recording }: { readonly recording: Recording }): ReactNode {
  const texts = useTrimTexts();
  const { id: video } = recording.video;
  // The player goes on with the addresses that it began with: its token is renewed by itself.
  const [first] = useState(recording);
  const { fresh, getToken } = useToken(video, recording.playback.token);
  const media = useQuery({
    queryKey: ["trim-media", video, recording.from, recording.to],
    queryFn: ({ signal }) => readMedia({ ...recording, playback: first.playback }, fresh, signal),
    staleTime: Infinity,
    gcTime: 60_000,
    placeholderData: (before) => before,
  });
  if (media.data !== undefined)
    return <TrimEditor {...{ recording, first, fresh, getToken }} media={media.data} />;
  if (media.error === null) return <Loading label={texts.loading} />;
  return (
    <ErrorState page title={texts.failed} onRetry={() => void media.refetch()}>
      {texts.mediaFailed}
    </ErrorState>
  );
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
