import { type ReactNode, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { drawSound } from "./draw-sound.ts";
import { Filmstrip } from "./filmstrip.ts";
import { sampled } from "./peaks.ts";
import type { RecordedSegment } from "./recorded-segments.ts";
import { SoundReader } from "./sound-reader.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import { useStrip } from "./use-strip.ts";
import type { View } from "./view.ts";

type Fresh = (url: string) => string;

/** Pictures of the recording, beside each other. */
export function PictureStrip({
  thumbnails,
  view,
  fresh,
}: {
  readonly thumbnails: string;
  readonly view: View;
  readonly fresh: Fresh;
}): ReactNode {
  const [film] = useState(() => new Filmstrip(fresh));
  const version = useSyncExternalStore(film.subscribe, film.version);
  const canvas = useStrip((element) => film.draw(element, view), [view, version]);
  useEffect(() => {
    const closed = new AbortController();
    film.load(thumbnails, closed.signal).catch((problem: unknown) => {
      if (!closed.signal.aborted) console.info("No pictures", problem);
    });
    return () => closed.abort();
  }, [film, thumbnails]);
  return <canvas ref={canvas} className={css["pictures"]} aria-hidden="true" />;
}

/** How loud the recording is; what is seen from afar says so. */
export function SoundStrip({
  segments,
  view,
  fresh,
}: {
  readonly segments: readonly RecordedSegment[];
  readonly view: View;
  readonly fresh: Fresh;
}): ReactNode {
  const texts = useTrimTexts();
  const [sound] = useState(() => new SoundReader(fresh));
  const version = useSyncExternalStore(sound.subscribe, sound.version);
  const state = useSyncExternalStore(sound.subscribe, () => sound.state);
  const sampling = useMemo(() => sampled(segments, view), [segments, view]);
  const canvas = useStrip(
    (element) => drawSound(element, view, sampling, sound),
    [view, sampling, version],
  );
  useEffect(() => sound.want(sampling.segments), [sound, sampling]);
  const notes = { loading: texts.soundLoading, failed: texts.soundFailed, ready: "" };
  const note = state === "ready" && sampling.stride > 1 ? texts.soundSampled : notes[state];
  return (
    <div className={css["sound"]} data-sound={state}>
      <canvas ref={canvas} aria-hidden="true" />
      <p role="status">{note}</p>
    </div>
  );
}
