import { type ReactNode, useState } from "react";
import { Button, Field, TextInput, TimeCodeInput } from "../ui/index.tsx";
import { clockText, readClock } from "./clock-text.ts";
import { positionOf, type Stretch, wallOf } from "./recorded-time.ts";
import type { Edge } from "./selection.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";
import type { PreviewPlayer } from "./use-player.ts";
import type { Trim } from "./use-trim.ts";
import { showing } from "./view.ts";

/** An edge of the selection in figures: by the player's time, by the clock, and from the playhead. */
export function EdgeFields({
  edge,
  trim,
  player,
  stretches,
  step,
  isRunning,
  say,
}: {
  readonly edge: Edge;
  readonly trim: Trim;
  readonly player: PreviewPlayer;
  readonly stretches: readonly Stretch[];
  /** Seconds of a picture. */
  readonly step: number;
  /** There is more of it than when the editor was opened. */
  readonly isRunning: boolean;
  /** Tells those who do not see the timeline. */
  readonly say: (text: string) => void;
}): ReactNode {
  const texts = useTrimTexts();
  const wall = trim.selection[edge];
  const isStart = edge === "from";
  const set = (to: number): void => {
    trim.setAt(edge, to);
    trim.setView(showing(trim.view, trim.whole, to));
    player.seek(to);
  };
  return (
    <fieldset className={css["edge"]}>
      <legend>{isStart ? texts.start : texts.end}</legend>
      <Field label={texts.position} hint={texts.clockHint}>
        <TimeCodeInput
          value={Math.round(positionOf(stretches, wall) * 1000) / 1000}
          max={positionOf(stretches, trim.whole.to)}
          step={step}
          onChange={(seconds) => set(wallOf(stretches, seconds, !isStart))}
        />
      </Field>
      <ClockField wall={wall} trim={trim} onChange={set} />
      <div className={css["buttons"]}>
        <Button
          size="s"
          icon="marker"
          onClick={() => {
            trim.setAt(edge, player.playhead);
            say(texts.goTo(isStart ? texts.start : texts.end, clockText(player.playhead)));
          }}
        >
          {isStart ? texts.setStart : texts.setEnd}
        </Button>
        {isRunning && !isStart ? (
          <Button size="s" icon="broadcast" onClick={() => set(trim.whole.to)}>
            {texts.endNow}
          </Button>
        ) : null}
        <Button
          size="s"
          variant="quiet"
          onClick={() => {
            trim.setView(showing(trim.view, trim.whole, wall));
            player.seek(wall);
          }}
        >
          {isStart ? texts.goToStart : texts.goToEnd}
        </Button>
      </div>
    </fieldset>
  );
}

/** The time of day, typed; what is none of this recording is told, and put back when the field is left. */
function ClockField({
  wall,
  trim: { whole },
  onChange,
}: {
  readonly wall: number;
  readonly trim: Trim;
  readonly onChange: (wall: number) => void;
}): ReactNode {
  const texts = useTrimTexts();
  const [typed, setTyped] = useState<string>();
  const read = typed === undefined ? wall : readClock(typed, whole.from, whole.to);
  const wrong = read === undefined || read < whole.from - 1 || read > whole.to + 1;
  const take = (): void => {
    if (typed !== undefined && !wrong) onChange(read);
    setTyped(undefined);
  };
  return (
    <Field label={texts.clock} hint={texts.clockHint} error={wrong ? texts.clockWrong : undefined}>
      <TextInput
        value={typed ?? clockText(wall)}
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={take}
        onKeyDown={(event) => {
          if (event.key === "Enter") take();
        }}
      />
    </Field>
  );
}
