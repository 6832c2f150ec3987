import type { ReactNode } from "react";
import { classNames, formatTimeCode } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import type { Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import type { Trim } from "./use-trim.ts";
import { shareOf, type View } from "./view.ts";

/** Of a long recording with many interruptions no more are drawn: the longest ones. */
const MOST_GAPS = 200;
const MOST_MARKERS = 200;
/** Of so many, each is seen however short it is; more would hide all that is between them. */
const FEW = 20;

/** What lies over the strips: what is not chosen, what is missing, what has a name. */
export function Marks({
  recording,
  trim,
}: {
  readonly recording: Recording;
  readonly trim: Trim;
}): ReactNode {
  const { view, whole, selection } = trim;
  const gaps = gapsIn(recording, view);
  return (
    <>
      <Shade from={whole.from} to={selection.from} trim={trim} />
      <Shade from={selection.to} to={whole.to} trim={trim} />
      {gaps.map((gap) => (
        <Gap key={gap.from} {...gap} trim={trim} isThin={gaps.length > FEW} />
      ))}
      {recording.markers
        .map(({ id, label, at }) => ({ id, label, wall: Date.parse(at) }))
        .filter(({ wall }) => wall >= view.from && wall <= view.to)
        .slice(0, MOST_MARKERS)
        .map(({ id, label, wall }) => (
          <span
            key={id}
            title={label}
            className={css["marker"]}
            style={{ insetInlineStart: `${shareOf(view, wall) * 100}%` }}
          />
        ))}
    </>
  );
}

/** What is missing in a view. */
export function gapsIn({ gaps }: Recording, view: View): readonly View[] {
  const seen = gaps
    .map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))
    .filter(({ from, to }) => from < view.to && to > view.from);
  if (seen.length <= MOST_GAPS) return seen;
  return seen.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_GAPS);
}

type Stretch = View & { readonly trim: Trim };

/** Cut to the view: a box of millions of pixels is no box any more. */
const placeOf = ({ from, to, trim: { view } }: Stretch) => {
  const left = Math.max(0, shareOf(view, from));
  const right = Math.min(1, shareOf(view, to));
  return {
    insetInlineStart: `${left * 100}%`,
    inlineSize: `${Math.max(0, right - left) * 100}%`,
  };
};

const Shade = (stretch: Stretch): ReactNode => (
  <span className={css["shade"]} style={placeOf(stretch)} />
);

function Gap({ isThin, ...stretch }: Stretch & { readonly isThin: boolean }): ReactNode {
  const texts = useTrimTexts();
  const { from, to } = stretch;
  const about = texts.gap(clockText(from), formatTimeCode((to - from) / 1000));
  return (
    <span
      className={classNames(css["gap"], isThin && css["thin"])}
      title={about}
      style={placeOf(stretch)}
    />
  );
}
