import { type PointerEvent, type ReactNode, useMemo } from "react";
import { formatTimeCode } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { MomentSlider } from "./moment-slider.tsx";
import { attracted } from "./moments.ts";
import { positionOf, type Stretch } from "./recorded-time.ts";
import type { Recording } from "./recording-media.ts";
import type { Edge } from "./selection.ts";
import { snapTargets } from "./snap-targets.ts";
import { useTrimTexts } from "./texts.ts";
import type { PreviewPlayer } from "./use-player.ts";
import type { Nudge, Trim } from "./use-trim.ts";
import { showing } from "./view.ts";

/** Pixels within which an edge is drawn to a marker, or to where media begins or ends. */
const REACH = 7;

type Props = {
  readonly recording: Recording;
  readonly stretches: readonly Stretch[];
  readonly trim: Trim;
  readonly player: PreviewPlayer;
  readonly momentOf: (event: PointerEvent) => number;
  /** Pixels of the timeline. */
  readonly width: number;
  /** Id of what says how they are moved. */
  readonly describedBy: string;
};

/** The edges of the selection, and the playhead; the preview shows what is moved. */
export function Handles(props: Props): ReactNode {
  const { recording, stretches, trim, player, momentOf, width, describedBy } = props;
  const texts = useTrimTexts();
  const { view, whole, selection } = trim;
  const { markers } = recording;
  const targets = useMemo(() => snapTargets(stretches, markers), [stretches, markers]);
  const slider = (wall: number) => ({
    ...{ wall, view, momentOf, describedBy, range: whole },
    valueText: texts.moment(clockText(wall), formatTimeCode(positionOf(stretches, wall))),
    onFocus: () => trim.setView(showing(view, whole, wall)),
  });
  // Alt leaves it where the pointer is.
  const drawn = (wall: number, free: boolean): number => {
    const reach = ((view.to - view.from) * REACH) / Math.max(1, width);
    return (free ? undefined : attracted(targets, wall, reach)) ?? wall;
  };
  const edge = (kind: Edge, label: string): ReactNode => (
    <MomentSlider
      {...slider(selection[kind])}
      kind={kind}
      label={label}
      onMove={(wall, { begins, free }) => player.seek(trim.move(kind, drawn(wall, free), begins))}
      onStep={(by) => player.seek(trim.nudge(kind, by))}
    />
  );
  const stepTo = (by: Nudge): void => {
    const wall = Math.min(whole.to, Math.max(whole.from, trim.stepped(player.playhead, by)));
    player.seek(wall);
    trim.setView(showing(view, whole, wall));
  };
  return (
    <>
      {edge("from", texts.start)}
      {edge("to", texts.end)}
      <MomentSlider
        {...slider(player.playhead)}
        kind="playhead"
        label={texts.playhead}
        onMove={(wall, { free }) => player.seek(drawn(wall, free))}
        onStep={stepTo}
      />
    </>
  );
}
