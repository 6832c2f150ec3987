import type { ReactNode } from "react";
import { useFormats, useNow } from "../core/index.ts";
import { useStudioTexts } from "./texts.ts";
import css from "./timeline.module.css";
import { timelineMarks } from "./timeline-marks.ts";
import type { StudioVideo } from "./use-channel.ts";

/** A broadcast as a line: what is there, its gaps, its markers. Words say the same. */
export function Timeline({ video }: { readonly video: StudioVideo }): ReactNode {
  const { recordings: texts } = useStudioTexts();
  const formats = useFormats();
  const marks = timelineMarks(video, useNow());
  if (marks === null) return null;
  const said = texts.timelineOf(
    video.duration === null ? "" : formats.spokenDuration(video.duration),
    texts.gaps(video.gaps.length),
    texts.markers(video.markers.length),
  );
  return (
    <div role="img" aria-label={said} className={css["line"]}>
      {marks.evicted === null ? null : (
        <span className={css["evicted"]} style={placeOf(marks.evicted)} />
      )}
      {marks.gaps.map((gap) => (
        <span key={gap.key} className={css["gap"]} style={placeOf(gap)} />
      ))}
      {marks.markers.map((marker) => (
        <span key={marker.key} className={css["marker"]} style={placeOf(marker)} />
      ))}
    </div>
  );
}

const placeOf = ({ start, width }: { readonly start: number; readonly width: number }) => ({
  insetInlineStart: `${start}%`,
  inlineSize: `${width}%`,
});
