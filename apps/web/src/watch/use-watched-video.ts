import type { Video, VideoPage } from "@oxbow/site-contract";
import { useEffect, useRef, useState } from "react";
import { type CallError, useAnswers, useCall, useUpdates } from "../core/index.ts";

/** What is asked for when a video has changed comes from all its viewers at once: spread, in milliseconds. */
const SPREAD_LIVE = 300;
const SPREAD = 2_500;

export type Watched = {
  readonly page: VideoPage | undefined;
  readonly error: CallError | null;
  /** It was deleted while the page was open. */
  readonly removed: boolean;
  readonly retry: () => void;
};

/** A video as it is now, and what plays it: told by updates, asked for where only an answer can tell. */
export function useWatchedVideo(id: string): Watched {
  const input = { params: { video: id } };
  const { data, error, refetch } = useCall("videos.view", input, { staleTime: 60_000 });
  const answers = useAnswers();
  const [removed, setRemoved] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const askSoon = (spread: number): void => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void refetch(), Math.random() * spread);
  };
  const change = (video: Video): void => {
    const before = answers.get("videos.view", input);
    if (before === undefined) return;
    const plays = playsLike(before.video, video);
    const { viewers, poster } = before.video;
    answers.set("videos.view", input, {
      ...before,
      video: { ...video, viewers, poster: video.poster ?? (plays ? poster : null) },
      // What is downloaded is what plays: it is known when that is.
      playback: plays ? before.playback : { ...before.playback, download: null },
    });
    if (!plays) askSoon(video.source === "live" ? SPREAD_LIVE : SPREAD);
  };
  const count = (viewers: number): void =>
    answers.set(
      "videos.view",
      input,
      (before) => before && { ...before, video: { ...before.video, viewers } },
    );
  useUpdates(
    [`video:${id}`],
    (update) => {
      if (update.type === "video.changed") change(update.data);
      if (update.type === "video.playback") askSoon(SPREAD_LIVE);
      if (update.type === "video.removed") setRemoved(true);
    },
    {
      onGauge: (gauge) => {
        if (gauge.type === "video.viewers") count(gauge.data.viewers);
      },
    },
  );
  return { page: data, error, removed, retry: () => void refetch() };
}

/** Whether the same plays at the same address. */
const playsLike = (a: Video, b: Video): boolean =>
  a.source === b.source && a.asset === b.asset && a.visibility === b.visibility;
