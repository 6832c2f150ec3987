import type { PointerEvent, ReactNode } from "react";
import { formatTimeCode } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { MomentSlider } from "./moment-slider.tsx";
import { positionOf } from "./recorded-segments.ts";
import { pictureMs, type Recording, type RecordingMedia } from "./recording-media.ts";
import type { Edge } from "./selection.ts";
import { useTrimTexts } from "./texts.ts";
import type { PreviewPlayer } from "./use-player.ts";
import type { Trim } from "./use-trim.ts";
import { showing } from "./view.ts";

type Props = {
  readonly recording: Recording;
  readonly media: RecordingMedia;
  readonly trim: Trim;
  readonly player: PreviewPlayer;
  readonly momentOf: (event: PointerEvent) => number;
  /** Id of what says how they are moved. */
  readonly describedBy: string;
};

/** The edges of the selection, and the playhead; the preview shows what is moved. */
export function Handles(props: Props): ReactNode {
  const { recording, media, trim, player, momentOf, describedBy } = props;
  const texts = useTrimTexts();
  const { view, whole, selection } = trim;
  const slider = (wall: number) => ({
    ...{ wall, view, momentOf, describedBy, range: whole, pictureMs: pictureMs(recording) },
    valueText: texts.moment(clockText(wall), formatTimeCode(positionOf(media.timeline, wall))),
    onFocus: () => trim.setView(showing(view, whole, wall)),
  });
  const all = whole.to - whole.from;
  const edge = (kind: Edge, label: string): ReactNode => (
    <MomentSlider
      {...slider(selection[kind])}
      kind={kind}
      label={label}
      onMove={(wall, begins) => player.seek(trim.move(kind, wall, begins))}
      onStep={(ms) => {
        player.seek(trim.nudge(kind, Math.min(all, Math.max(-all, ms))));
      }}
    />
  );
  return (
    <>
      {edge("from", texts.start)}
      {edge("to", texts.end)}
      <MomentSlider
        {...slider(player.playhead)}
        kind="playhead"
        label={texts.playhead}
        onMove={(wall) => player.seek(wall)}
        onStep={(ms) => player.seek(Math.min(whole.to, Math.max(whole.from, player.playhead + ms)))}
      />
    </>
  );
}
