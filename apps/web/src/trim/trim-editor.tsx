import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { useLanguage } from "../core/index.ts";
import { Badge, Button, Card, PageHeader, Switch } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { EdgeFields } from "./edge-fields.tsx";
import { Places } from "./places.tsx";
import { stretchesOf } from "./recorded-time.ts";
import { type Recording, readPictureMs, wholeOf } from "./recording-media.ts";
import { Selected } from "./selected.tsx";
import type { Selection } from "./selection.ts";
import { useTrimTexts } from "./texts.ts";
import { Timeline } from "./timeline.tsx";
import css from "./trim.module.css";
import { About, type Trouble } from "./trim-news.tsx";
import { useKeyframes } from "./use-keyframes.ts";
import { type PreviewPlayer, usePlayer } from "./use-player.ts";
import { type Trim, useTrim } from "./use-trim.ts";
import { showing } from "./view.ts";
import { ViewButtons } from "./view-buttons.tsx";

/** Of what does not say how many pictures a second it has. */
const USUAL_PICTURE_MS = 1000 / 30;

/** The editor: preview, timeline, edges in figures, what becomes of the selection. */
export function TrimEditor({
  recording,
  first,
  fresh,
  getToken,
  trouble,
  onRetry,
}: {
  readonly recording: Recording;
  /** As it was first: its addresses stay the same. */
  readonly first: Recording;
  readonly fresh: (url: string) => string;
  readonly getToken: () => Promise<string>;
  /** Why what is shown may not be as it is now. */
  readonly trouble: Trouble | undefined;
  readonly onRetry: () => void;
}): ReactNode {
  const texts = useTrimTexts();
  const { language } = useLanguage();
  const [said, say] = useState("");
  const whole = useMemo(() => wholeOf(recording), [recording]);
  const stretches = useMemo(() => stretchesOf(recording.ranges), [recording.ranges]);
  const pictureMs = usePictureMs(first, fresh);
  const keyframes = useKeyframes(first, fresh);
  const [place, player] = usePlayer({ recording: first, pictureMs, language, getToken });
  const trim = useTrim({
    ...{ whole, stretches, pictureMs, keyframes },
    onSnapped(before, after) {
      // The preview shows what was moved.
      if (Math.abs(player.playhead - before) <= pictureMs) player.seek(after);
    },
  });
  const shown = { recording: { ...recording, playback: first.playback }, stretches, trim };
  const turned = ({ from, to }: Selection): void =>
    say(texts.undone(clockText(from), clockText(to)));
  const goTo = (wall: number): void => {
    trim.setView(showing(trim.view, whole, wall));
    player.seek(wall);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a shortcut for what are buttons, too
    <div className={css["editor"]} onKeyDown={(event) => undoKeys(event, trim, turned)}>
      <PageHeader
        title={texts.title(recording.video.title)}
        badges={recording.running ? <Badge tone="live">{texts.running}</Badge> : undefined}
        about={<About {...{ recording, first, trouble, onRetry }} />}
      />
      <p role="status" className="visually-hidden">
        {said}
      </p>
      <div className={css["upper"]}>
        <section aria-label={texts.preview} className={css["preview"]}>
          <div ref={place} className={css["player"]} />
          <PlayRow trim={trim} player={player} />
        </section>
        <div className={css["edges"]}>
          {(["from", "to"] as const).map((edge) => (
            <EdgeFields
              key={edge}
              {...{ edge, trim, player, stretches, say, step: pictureMs / 1000 }}
              // Also when it has ended since: nothing goes away from where somebody works.
              isRunning={first.running}
            />
          ))}
        </div>
      </div>
      <Card title={texts.timeline}>
        <ViewButtons {...{ trim, turned, say }} playhead={player.playhead} />
        <Timeline {...shown} {...{ player, fresh, say }} />
        <Places recording={recording} goTo={goTo} />
      </Card>
      <Selected {...shown} isGone={trouble?.is === "gone"} />
    </div>
  );
}

function usePictureMs(recording: Recording, fresh: (url: string) => string): number {
  const { data = USUAL_PICTURE_MS } = useQuery({
    queryKey: ["trim-picture", recording.video.id],
    queryFn: ({ signal }) => readPictureMs(recording, fresh, signal),
    staleTime: Infinity,
  });
  return data;
}

function undoKeys(
  event: KeyboardEvent,
  { undo, redo }: Trim,
  turned: (selection: Selection) => void,
): void {
  const isText = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (isText || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  const selection = (event.shiftKey ? redo : undo)?.();
  if (selection !== undefined) turned(selection);
}

function PlayRow({ trim, player }: { readonly trim: Trim; readonly player: PreviewPlayer }) {
  const texts = useTrimTexts();
  const [loop, setLoop] = useState(false);
  return (
    <div className={css["buttons"]}>
      {player.playing ? (
        <Button icon="pause" onClick={player.pause}>
          {texts.pause}
        </Button>
      ) : (
        <Button icon="play" onClick={() => player.playSelection(trim.selection, loop)}>
          {texts.playSelection}
        </Button>
      )}
      <Switch
        label={texts.loop}
        checked={loop}
        onChange={(event) => setLoop(event.currentTarget.checked)}
      />
      <span className={css["now"]}>{clockText(player.playhead)}</span>
    </div>
  );
}
