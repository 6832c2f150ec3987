import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import { useFormats, useLanguage } from "../core/index.ts";
import { Badge, Button, Card, formatTimeCode, PageHeader, Switch } from "../ui/index.tsx";
import { clockText } from "./clock-text.ts";
import { EdgeFields } from "./edge-fields.tsx";
import { pictureMs, type Recording, type RecordingMedia } from "./recording-media.ts";
import { Selected } from "./selected.tsx";
import { useTrimTexts } from "./texts.ts";
import { Timeline } from "./timeline.tsx";
import css from "./trim.module.css";
import { type PreviewPlayer, usePlayer } from "./use-player.ts";
import { type Trim, useTrim } from "./use-trim.ts";
import { panned, zoomed } from "./view.ts";

/** The editor: preview, timeline, edges in figures, what becomes of the selection. */
export function TrimEditor({
  recording,
  first,
  media,
  fresh,
  getToken,
}: {
  readonly recording: Recording;
  /** As it was first: its addresses stay the same. */
  readonly first: Recording;
  readonly media: RecordingMedia;
  readonly fresh: (url: string) => string;
  readonly getToken: () => Promise<string>;
}): ReactNode {
  const texts = useTrimTexts();
  const formats = useFormats();
  const { language } = useLanguage();
  const picture = pictureMs(recording);
  const whole = useMemo(
    () => ({ from: Date.parse(recording.from), to: Date.parse(recording.to) }),
    [recording.from, recording.to],
  );
  const trim = useTrim(whole, Math.ceil(picture), media);
  const { timeline } = media;
  const [place, player] = usePlayer({ recording: first, timeline, language, getToken });
  const expiry = recording.expiresAt;
  const step = picture / 1000;
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- a shortcut for what are buttons, too
    <div className={css["editor"]} onKeyDown={(event) => undoKeys(event, trim)}>
      <PageHeader
        title={texts.title(recording.video.title)}
        badges={recording.running ? <Badge tone="live">{texts.running}</Badge> : undefined}
        about={expiry === null ? texts.stays : texts.expires(formats.dateTime(expiry))}
      />
      <div className={css["upper"]}>
        <section aria-label={texts.preview} className={css["preview"]}>
          <div ref={place} className={css["player"]} />
          <PlayRow trim={trim} player={player} />
        </section>
        <div className={css["edges"]}>
          {(["from", "to"] as const).map((edge) => (
            <EdgeFields key={edge} {...{ edge, trim, player, timeline, step }} />
          ))}
        </div>
      </div>
      <Card title={texts.timeline} actions={<ViewButtons trim={trim} player={player} />}>
        <Timeline
          {...{ recording, media, trim, player, fresh }}
          pictures={first.playback.thumbnails}
        />
        <Markers recording={recording} player={player} />
      </Card>
      <Selected {...{ recording, media, trim }} />
    </div>
  );
}

function undoKeys(event: KeyboardEvent, { undo, redo }: Trim): void {
  const isText = event.target instanceof HTMLInputElement && event.target.type !== "radio";
  if (isText || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
  event.preventDefault();
  (event.shiftKey ? redo : undo)?.();
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
    </div>
  );
}

function ViewButtons({ trim, player }: { readonly trim: Trim; readonly player: PreviewPlayer }) {
  const texts = useTrimTexts();
  const { view, whole, selection, setView } = trim;
  const length = view.to - view.from;
  const inSight = player.playhead >= view.from && player.playhead <= view.to;
  const around = inSight ? player.playhead : (view.from + view.to) / 2;
  const margin = Math.max(500, (selection.to - selection.from) * 0.1);
  const near = { from: selection.from - margin, to: selection.to + margin };
  const small = { size: "s", variant: "quiet" } as const;
  return (
    <div className={css["buttons"]}>
      <Button {...small} onClick={() => setView(panned(view, whole, -length / 2))}>
        {texts.earlier}
      </Button>
      <Button {...small} onClick={() => setView(panned(view, whole, length / 2))}>
        {texts.later}
      </Button>
      <Button {...small} onClick={() => setView(zoomed(view, whole, 0.5, around))}>
        {texts.zoomIn}
      </Button>
      <Button {...small} onClick={() => setView(zoomed(view, whole, 2, around))}>
        {texts.zoomOut}
      </Button>
      <Button {...small} onClick={() => setView(whole)}>
        {texts.fit}
      </Button>
      <Button {...small} onClick={() => setView(zoomed(near, whole, 1, selection.from))}>
        {texts.toSelection}
      </Button>
      <Button {...small} disabled={trim.undo === undefined} onClick={trim.undo}>
        {texts.undo}
      </Button>
      <Button {...small} disabled={trim.redo === undefined} onClick={trim.redo}>
        {texts.redo}
      </Button>
      <Button {...small} onClick={() => trim.choose(whole)}>
        {texts.whole}
      </Button>
    </div>
  );
}

/** Where the playhead can be put at once: named moments, and what is missing. */
function Markers({
  recording,
  player,
}: {
  readonly recording: Recording;
  readonly player: PreviewPlayer;
}) {
  const texts = useTrimTexts();
  const { markers, gaps } = recording;
  return (
    <div className={css["lists"]}>
      {markers.length === 0 ? null : (
        <section>
          <h3>{texts.markers}</h3>
          <ul>
            {markers.map(({ id, label, at }) => (
              <li key={id}>
                <Button
                  size="s"
                  variant="quiet"
                  icon="marker"
                  onClick={() => player.seek(Date.parse(at))}
                >
                  {texts.goTo(label, clockText(Date.parse(at)))}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      {gaps.length === 0 ? null : (
        <section>
          <h3>{texts.gaps}</h3>
          <ul>
            {gaps.map(({ from, to }) => (
              <li key={from}>
                {texts.gap(
                  clockText(Date.parse(from)),
                  formatTimeCode((Date.parse(to) - Date.parse(from)) / 1000),
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
