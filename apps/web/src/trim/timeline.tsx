import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef } from "react";
import { classNames } from "../ui/index.tsx";
import { clockText, rulerText } from "./clock-text.ts";
import { Handles } from "./handles.tsx";
import { Marks } from "./marks.tsx";
import type { Stretch } from "./recorded-time.ts";
import { hasTrack, type Recording } from "./recording-media.ts";
import { ScrollBar } from "./scroll-bar.tsx";
import type { Edge } from "./selection.ts";
import { PictureStrip, SoundStrip } from "./strips.tsx";
import { type TrimTexts, useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import { usePointers, useWheel } from "./use-gestures.ts";
import type { PreviewPlayer } from "./use-player.ts";
import { useWidth } from "./use-strip.ts";
import type { Trim } from "./use-trim.ts";
import { momentAt, ruler, shareOf, showing, type View, zoomed } from "./view.ts";

/** Marks of the ruler at the most, and pixels of a letter. */
const MARKS = 8;
const LETTER = 8;
/** What a key zooms by. */
const CLOSER = 0.5;

type Props = {
  readonly recording: Recording;
  readonly stretches: readonly Stretch[];
  readonly trim: Trim;
  readonly player: PreviewPlayer;
  readonly fresh: (url: string) => string;
  /** Tells those who do not see it. */
  readonly say: (text: string) => void;
};

/** Pictures, sound, gaps and markers of the recording, with what is chosen of it. */
export function Timeline(props: Props): ReactNode {
  const { recording, stretches, trim, player, fresh } = props;
  const texts = useTrimTexts();
  const box = useRef<HTMLDivElement>(null);
  const hint = useId();
  const width = useWidth(box);
  const { view } = trim;
  const momentOf = (event: PointerEvent): number => {
    const { left = 0 } = box.current?.getBoundingClientRect() ?? {};
    const share = (event.clientX - left) / Math.max(1, width);
    return momentAt(view, Math.min(1, Math.max(0, share)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = keysOf(props, texts)[event.key.toLowerCase()];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  useWheel(box, trim);
  usePointers(box, trim, player.seek);
  return (
    <div className={css["timeline"]}>
      {/* Told of by the sliders, seen or not. */}
      <p id={hint} className={classNames(css["hint"], css["forKeys"])}>
        {texts.moveHint}
      </p>
      <p className={classNames(css["hint"], css["forFingers"])}>{texts.touchHint}</p>
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- keys of the sliders within */}
      <div ref={box} className={css["box"]} onKeyDown={onKeyDown}>
        <Ruler view={view} width={width} />
        {hasTrack(recording, "video") ? (
          <PictureStrip {...{ recording, trim, fresh }} />
        ) : (
          <Absent>{texts.noPicture}</Absent>
        )}
        {hasTrack(recording, "audio") ? (
          <SoundStrip {...{ recording, trim, fresh }} />
        ) : (
          <Absent>{texts.noSound}</Absent>
        )}
        <Marks recording={recording} trim={trim} />
        <Handles
          {...{ recording, stretches, trim, player, momentOf }}
          width={width}
          describedBy={hint}
        />
      </div>
      <ScrollBar recording={recording} trim={trim} />
    </div>
  );
}

/** What keys do while a slider of the timeline has the focus; each is told. */
function keysOf({ trim, player, say }: Props, texts: TrimTexts): Record<string, () => void> {
  const { view, whole, setAt } = trim;
  const { playhead } = player;
  const seen = showing(view, whole, playhead);
  const zoom = (by: number): void => {
    const next = zoomed(seen, whole, by, playhead);
    trim.setView(next);
    say(texts.fromTo(clockText(next.from), clockText(next.to)));
  };
  const set = (edge: Edge, name: string): void => {
    setAt(edge, playhead);
    say(texts.goTo(name, clockText(playhead)));
  };
  return {
    "+": () => zoom(CLOSER),
    "=": () => zoom(CLOSER),
    "-": () => zoom(1 / CLOSER),
    i: () => set("from", texts.start),
    o: () => set("to", texts.end),
  };
}

/** Said where a strip would be. */
const Absent = ({ children }: { readonly children: string }): ReactNode => (
  <div className={css["absent"]}>
    <p>{children}</p>
  </div>
);

function Ruler({ view, width }: { readonly view: View; readonly width: number }): ReactNode {
  const label = LETTER * (rulerText(view.from, view).length + 2);
  const moments = ruler(view, Math.max(2, Math.min(MARKS, Math.floor(width / label))));
  return (
    <div className={css["ruler"]} aria-hidden="true">
      {moments.map((wall) => (
        <span key={wall} style={{ insetInlineStart: `${shareOf(view, wall) * 100}%` }}>
          {rulerText(wall, view)}
        </span>
      ))}
    </div>
  );
}
