import type { Video } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { useWatchTexts } from "./texts.ts";
import css from "./watch-page.module.css";

const SECOND = 1000;

/** Stands where the player will be: what is planned, begins, has left nothing, or is being made. */
export function WaitingPanel({ video }: { readonly video: Video }): ReactNode {
  const texts = useWatchTexts();
  const [title, about] = useWords(video);
  return (
    <div className={css["stage"]} data-state={video.state}>
      {video.ownPoster && video.poster !== null ? (
        <img className={css["poster"]} src={video.poster} alt="" width={1280} height={720} />
      ) : null}
      <div className={css["waiting"]} data-over={video.ownPoster || undefined}>
        <div role="status">
          {video.state === "ended" ? null : <span className={css["pulse"]} aria-hidden="true" />}
          <p className={css["waitingTitle"]}>{title}</p>
          <p className={css["waitingAbout"]}>{about}</p>
        </div>
        {video.state === "planned" && video.scheduledAt !== null ? (
          <Countdown to={video.scheduledAt} label={texts.startsIn} />
        ) : null}
      </div>
    </div>
  );
}

/** In steps of a minute for who listens: the countdown itself is for eyes. */
function useWords(video: Video): readonly [title: string, about: string] {
  const texts = useWatchTexts();
  const formats = useFormats();
  const now = useNow();
  if (video.state === "live" || video.state === "interrupted")
    return [texts.startingTitle, texts.starting];
  if (video.state === "ended") {
    if (video.preparing) return [texts.preparingTitle, texts.preparing];
    return [texts.endedTitle, texts.endedNothing];
  }
  if (video.scheduledAt === null) return [texts.soonTitle, texts.soonOpen];
  if (Date.parse(video.scheduledAt) <= now) return [texts.soonTitle, texts.soonLate];
  return [texts.soonTitle, texts.soonAt(formats.dateTime(video.scheduledAt))];
}

function Countdown({ to, label }: { readonly to: string; readonly label: string }): ReactNode {
  const formats = useFormats();
  const now = useNow(SECOND);
  const left = (Date.parse(to) - now) / SECOND;
  if (!(left > 0)) return null;
  const days = Math.floor(left / 86_400);
  const clock = formats.duration(left % 86_400);
  return (
    <p className={css["countdown"]} role="timer">
      <span>{label}</span> <strong>{days > 0 ? `${days} d ${clock}` : clock}</strong>
    </p>
  );
}
