import {
  type PointerEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useEffectEvent,
  useId,
  useRef,
} from "react";
import { formatTimeCode } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { MomentSlider } from "./moment-slider.tsx";
import { positionOf } from "./recorded-segments.ts";
import { pictureMs, type Recording, type RecordingMedia } from "./recording-media.ts";
import { PictureStrip, SoundStrip } from "./strips.tsx";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import type { PreviewPlayer } from "./use-player.ts";
import type { Trim } from "./use-trim.ts";
import { momentAt, panned, ruler, shareOf, showing, zoomed } from "./view.ts";

const MARKS = 6;

type Props = {
  readonly recording: Recording;
  readonly media: RecordingMedia;
  readonly trim: Trim;
  readonly player: PreviewPlayer;
  readonly fresh: (url: string) => string;
  /** The list of thumbnails. */
  readonly pictures: string;
};

/** Pictures, sound, gaps and markers of the recording, with what is chosen of it. */
export function Timeline({ recording, media, trim, player, fresh, pictures }: Props): ReactNode {
  const texts = useTrimTexts();
  const box = useRef<HTMLDivElement>(null);
  const hint = useId();
  const { view, whole, selection } = trim;
  const begins = whole.from;
  const momentOf = (event: PointerEvent): number => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    return momentAt(view, Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  useWheel(box, trim);
  const spoken = (wall: number): string =>
    texts.moment(clockText(wall), formatTimeCode(positionOf(media.timeline, wall)));
  const common = {
    view,
    range: whole,
    pictureMs: pictureMs(recording),
    momentOf,
    describedBy: hint,
  };
  const edge = (kind: "from" | "to", label: string): ReactNode => (
    <MomentSlider
      {...common}
      kind={kind}
      label={label}
      wall={selection[kind]}
      valueText={spoken(selection[kind])}
      onMove={(wall, begun) => {
        trim.move(kind, wall, begun);
        player.seek(kind === "to" ? Math.max(selection.from, wall - 1) : wall);
      }}
      onStep={(ms) =>
        trim.nudge(kind, Number.isFinite(ms) ? ms : Math.sign(ms) * (whole.to - begins))
      }
      onFocus={() => trim.setView(showing(view, whole, selection[kind]))}
    />
  );
  const share = (wall: number): string => `${shareOf(view, wall) * 100}%`;
  return (
    <div className={css["timeline"]}>
      <p id={hint} className={css["hint"]}>
        {texts.moveHint}
      </p>
      <div
        ref={box}
        className={css["box"]}
        onPointerDown={(event) => {
          if (event.button === 0) player.seek(momentOf(event));
        }}
      >
        <Ruler trim={trim} />
        <PictureStrip thumbnails={pictures} view={view} fresh={fresh} />
        {media.sound.length === 0 ? (
          <div className={css["sound"]} data-sound="none">
            <p>{texts.noSound}</p>
          </div>
        ) : (
          <SoundStrip segments={media.sound} view={view} fresh={fresh} />
        )}
        <Shade from={begins} to={selection.from} trim={trim} />
        <Shade from={selection.to} to={whole.to} trim={trim} />
        {recording.gaps.map((gap) => (
          <Gap key={gap.from} from={Date.parse(gap.from)} to={Date.parse(gap.to)} trim={trim} />
        ))}
        {recording.markers.map((marker) => (
          <span
            key={marker.id}
            title={marker.label}
            className={css["marker"]}
            style={{ insetInlineStart: share(Date.parse(marker.at)) }}
          />
        ))}
        {edge("from", texts.start)}
        {edge("to", texts.end)}
        <MomentSlider
          {...common}
          kind="playhead"
          label={texts.playhead}
          wall={player.playhead}
          valueText={spoken(player.playhead)}
          onMove={(wall) => player.seek(wall)}
          onStep={(ms) => player.seek(Math.min(whole.to, Math.max(begins, player.playhead + ms)))}
          onFocus={() => trim.setView(showing(view, whole, player.playhead))}
        />
      </div>
    </div>
  );
}

function Ruler({ trim: { view, whole } }: { readonly trim: Trim }): ReactNode {
  return (
    <div className={css["ruler"]} aria-hidden="true">
      {ruler(view, whole.from, MARKS).map((wall) => (
        <span key={wall} style={{ insetInlineStart: `${shareOf(view, wall) * 100}%` }}>
          {formatTimeCode((wall - whole.from) / 1000)}
        </span>
      ))}
    </div>
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

/** A wheel moves the view sideways, and zooms with Control. */
function useWheel(box: RefObject<HTMLElement | null>, { view, whole, setView }: Trim): void {
  const onWheel = useEffectEvent((event: WheelEvent) => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!event.ctrlKey && !sideways) return;
    event.preventDefault();
    if (event.ctrlKey) {
      const around = momentAt(view, (event.clientX - left) / width);
      setView(zoomed(view, whole, 1.002 ** event.deltaY, around));
    } else {
      setView(panned(view, whole, (event.deltaX / width) * (view.to - view.from)));
    }
  });
  useEffect(() => {
    const closed = new AbortController();
    const options = { passive: false, signal: closed.signal };
    box.current?.addEventListener("wheel", (event) => onWheel(event), options);
    return () => closed.abort();
  }, [box]);
}
