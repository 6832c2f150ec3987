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
import { Handles } from "./handles.tsx";
import { Marks } from "./marks.tsx";
import type { Recording, RecordingMedia } from "./recording-media.ts";
import { PictureStrip, SoundStrip } from "./strips.tsx";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import type { PreviewPlayer } from "./use-player.ts";
import type { Trim } from "./use-trim.ts";
import { momentAt, panned, ruler, shareOf, zoomed } from "./view.ts";

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
  const { view } = trim;
  const momentOf = (event: PointerEvent): number => {
    const { left = 0, width = 1 } = box.current?.getBoundingClientRect() ?? {};
    return momentAt(view, Math.min(1, Math.max(0, (event.clientX - left) / width)));
  };
  useWheel(box, trim);
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
        {hasPictures(recording) ? (
          <PictureStrip thumbnails={pictures} view={view} fresh={fresh} />
        ) : (
          <Absent>{texts.noPicture}</Absent>
        )}
        {media.sound.length === 0 ? (
          <Absent>{texts.noSound}</Absent>
        ) : (
          <SoundStrip segments={media.sound} view={view} fresh={fresh} />
        )}
        <Marks recording={recording} trim={trim} />
        <Handles {...{ recording, media, trim, player, momentOf }} describedBy={hint} />
      </div>
    </div>
  );
}

const hasPictures = ({ ranges }: Recording): boolean =>
  ranges.some(({ tracks }) => tracks.some(({ kind }) => kind === "video"));

/** Said where a strip would be. */
const Absent = ({ children }: { readonly children: string }): ReactNode => (
  <div className={css["sound"]} data-sound="none">
    <p>{children}</p>
  </div>
);

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
