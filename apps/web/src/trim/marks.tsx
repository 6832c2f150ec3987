import type { ReactNode } from "react";
import { formatTimeCode } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import type { Trim } from "./use-trim.ts";
import { shareOf } from "./view.ts";

/** What lies over the strips: what is not chosen, what is missing, what has a name. */
export function Marks({
  recording,
  trim,
}: {
  readonly recording: Recording;
  readonly trim: Trim;
}): ReactNode {
  const { view, whole, selection } = trim;
  return (
    <>
      <Shade from={whole.from} to={selection.from} trim={trim} />
      <Shade from={selection.to} to={whole.to} trim={trim} />
      {recording.gaps.map((gap) => (
        <Gap key={gap.from} from={Date.parse(gap.from)} to={Date.parse(gap.to)} trim={trim} />
      ))}
      {recording.markers.map(({ id, label, at }) => (
        <span
          key={id}
          title={label}
          className={css["marker"]}
          style={{ insetInlineStart: `${shareOf(view, Date.parse(at)) * 100}%` }}
        />
      ))}
    </>
  );
}

type Stretch = { readonly from: number; readonly to: number; readonly trim: Trim };

const placeOf = ({ from, to, trim: { view } }: Stretch) => ({
  insetInlineStart: `${shareOf(view, from) * 100}%`,
  inlineSize: `${Math.max(0, shareOf(view, to) - shareOf(view, from)) * 100}%`,
});

const Shade = (stretch: Stretch): ReactNode => (
  <span className={css["shade"]} style={placeOf(stretch)} />
);

function Gap(stretch: Stretch): ReactNode {
  const texts = useTrimTexts();
  const { from, to } = stretch;
  const about = texts.gap(clockText(from), formatTimeCode((to - from) / 1000));
  return <span className={css["gap"]} title={about} style={placeOf(stretch)} />;
}
