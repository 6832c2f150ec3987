import type { Video } from "@oxbow/site-contract";
import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { useWatchTexts } from "./texts.ts";
import css from "./watch-page.module.css";

/** Where a moment is: on a file's timeline, or by the clock. */
export type Moment = { readonly seconds: number } | { readonly wallClock: number };

/** The named moments of a video; a press goes there. */
export function VideoMoments({
  video,
  onGo,
}: {
  readonly video: Video;
  /** Undefined: nothing plays that could go anywhere. */
  readonly onGo: ((moment: Moment) => void) | undefined;
}): ReactNode {
  const texts = useWatchTexts();
  const formats = useFormats();
  if (video.markers.length === 0) return null;
  const onFile = video.source === "file";
  // Live, the clock; afterwards, how long after the beginning it was.
  const clock = (at: string): string =>
    video.state !== "ended" || video.from === null
      ? formats.exactTime(at)
      : formats.duration((Date.parse(at) - Date.parse(video.from)) / 1000);
  return (
    <section className={css["moments"]} aria-label={onFile ? texts.chapters : texts.moments}>
      <h2>{onFile ? texts.chapters : texts.moments}</h2>
      <ol>
        {video.markers.map(({ id, label, at, seconds }) => {
          const time = seconds === null ? clock(at) : formats.duration(seconds);
          const moment = seconds === null ? { wallClock: Date.parse(at) } : { seconds };
          return (
            <li key={id}>
              <button
                type="button"
                disabled={onGo === undefined}
                aria-label={texts.goTo(time, label)}
                onClick={() => onGo?.(moment)}
              >
                <span className={css["momentTime"]}>{time}</span>
                <span>{label}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
