import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../ui/index.tsx";
import { drawSound } from "./draw-sound.ts";
import { Filmstrip } from "./filmstrip.ts";
import type { LoaderState } from "./loader.ts";
import { sampled, segmentsFor } from "./peaks.ts";
import type { RecordedSegment } from "./recorded-segments.ts";
import { aspectOf, ofRange, type Recording, readSound } from "./recording-media.ts";
import { SoundReader } from "./sound-reader.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./timeline.module.css";
import { useStrip } from "./use-strip.ts";
import type { Trim } from "./use-trim.ts";

const SETTLED_MS = 120;

type Props = {
  readonly recording: Recording;
  readonly trim: Trim;
  /** An address with the token that is valid now. */
  readonly fresh: (url: string) => string;
};

/** Pictures of the recording, beside each other. */
export function PictureStrip({ recording, trim: { view, whole }, fresh }: Props): ReactNode {
  const texts = useTrimTexts();
  const [film] = useState(() => {
    const { thumbnails } = recording.playback;
    return new Filmstrip({
      fresh,
      aspect: aspectOf(recording),
      list: (range, interval) =>
        `${ofRange(thumbnails, "thumbnails.vtt", range)}&interval=${interval}`,
    });
  });
  const version = useSyncExternalStore(film.subscribe, film.version);
  const [canvas, size] = useStrip(
    (element) => film.draw(element, view, whole),
    [view, whole, version],
  );
  const settled = useSettled(view);
  useEffect(() => {
    if (size.width > 0) film.want(settled, whole, size);
  }, [film, settled, whole, size]);
  const state = film.state ?? "ready";
  return (
    <div className={css["strip"]} data-pictures={state}>
      <canvas ref={canvas} className={css["pictures"]} aria-hidden="true" />
      <StripNote
        state={state}
        note={{ loading: texts.picturesLoading, ready: "", failed: texts.picturesFailed }[state]}
        onRetry={film.retry}
      />
    </div>
  );
}

/** How loud the recording is; what is seen from afar says so. */
export function SoundStrip({ recording, trim: { view }, fresh }: Props): ReactNode {
  const texts = useTrimTexts();
  const list = useSound(recording, fresh);
  const [sound] = useState(() => new SoundReader(fresh));
  const version = useSyncExternalStore(sound.subscribe, sound.version);
  const [width, setWidth] = useState(0);
  const { segments } = list;
  const sampling = useMemo(
    () => sampled(segments, view, segmentsFor(width)),
    [segments, view, width],
  );
  const [canvas, size] = useStrip(
    (element) => drawSound(element, view, sampling, sound),
    [view, sampling, version],
  );
  if (size.width !== width) setWidth(size.width);
  const settled = useSettled(sampling);
  useEffect(() => sound.want(settled.segments), [sound, settled]);
  const isAsked = segments.length > 0 && width > 0 && settled === sampling;
  const state = list.failed ? "failed" : isAsked ? sound.state : "loading";
  const unheard =
    state === "ready" &&
    sampling.segments.length > 0 &&
    sampling.segments.every((one) => sound.peaks(one) === undefined);
  const seen = sampling.stride > 1 ? texts.soundSampled : "";
  const notes = { loading: texts.soundLoading, failed: texts.soundFailed, ready: seen };
  return (
    <div className={css["sound"]} data-sound={state}>
      <canvas ref={canvas} aria-hidden="true" />
      <StripNote
        state={state}
        note={unheard ? texts.soundUnheard : notes[state]}
        onRetry={list.failed ? list.retry : sound.retry}
      />
    </div>
  );
}

/** The segments of the sound; of what grows only what is new is asked for. */
function useSound(recording: Recording, fresh: (url: string) => string) {
  const known = useRef<readonly RecordedSegment[]>([]);
  const { data, isError, refetch } = useQuery({
    queryKey: ["trim-sound", recording.video.id, recording.from, recording.to],
    queryFn: async ({ signal }) => {
      const before = known.current;
      const reading = readSound(recording, fresh, { signal, before });
      // What is known already is shown on; the rest comes with what is recorded next.
      known.current = await (before.length === 0 ? reading : reading.catch(() => before));
      return known.current;
    },
    staleTime: Infinity,
    gcTime: 0,
    placeholderData: (before) => before,
    retry: 2,
  });
  const segments = data ?? NONE;
  return { segments, failed: isError, retry: () => void refetch() };
}

/** What a value is when it has stayed so for a moment: what only goes by is not asked for. */
function useSettled<Value>(value: Value): Value {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

const NONE: readonly RecordedSegment[] = [];

/** What there is to know about a strip, in its corner; what went wrong is told, and can be tried again. */
function StripNote({
  state,
  note,
  onRetry,
}: {
  readonly state: LoaderState;
  readonly note: string;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useTrimTexts();
  const failed = state === "failed";
  return (
    <div className={css["note"]} data-state={note === "" ? "empty" : state}>
      <p aria-hidden={failed || undefined}>{note}</p>
      <p role="status" className="visually-hidden">
        {failed ? note : ""}
      </p>
      {failed ? (
        <Button size="s" icon="refresh" onClick={onRetry}>
          {texts.retry}
        </Button>
      ) : null}
    </div>
  );
}
