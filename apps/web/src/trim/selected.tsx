import type { ReactNode } from "react";
import { useFormats } from "../core/index.ts";
import { buttonClass, Card, formatTimeCode, Icon, Notice, RadioGroup } from "../ui/index.tsx";
import { lengthOf, type Stretch } from "./recorded-time.ts";
import { downloadUrl, hasTrack, type Recording } from "./recording-media.ts";
import { useTrimTexts } from "./texts.ts";
import css from "./trim.module.css";
import type { Cut, Trim } from "./use-trim.ts";

const cuts: readonly Cut[] = ["keyframe", "exact"];

/** What is chosen: how long, how large, how it is cut, and what can be made of it. */
export function Selected({
  recording,
  stretches,
  trim,
  isGone,
}: {
  readonly recording: Recording;
  readonly stretches: readonly Stretch[];
  readonly trim: Trim;
  /** The archive has nothing of it any more. */
  readonly isGone: boolean;
}): ReactNode {
  const texts = useTrimTexts();
  const formats = useFormats();
  const { from, to } = trim.selection;
  const seconds = lengthOf(stretches, from, to);
  const all = lengthOf(stretches, trim.whole.from, trim.whole.to);
  const missing = missingIn(recording, from, to) / 1000;
  const empty = seconds < 0.001;
  const isWhole = from === trim.whole.from && to === trim.whole.to;
  const hasPictures = hasTrack(recording, "video");
  const query = new URLSearchParams({
    video: recording.video.id,
    // The whole of it, untouched, is no part: its file takes the recording's place. What runs has no whole.
    ...(isWhole && !recording.running ? {} : timesOf(trim.selection)),
    cut: trim.cut,
  });
  return (
    <Card title={texts.selected}>
      <div className={css["selected"]}>
        {hasPictures ? (
          <RadioGroup
            legend={texts.cut}
            value={trim.cut}
            onChange={trim.setCut}
            options={cuts.map((cut) => ({
              value: cut,
              label: texts.cuts[cut],
              hint: texts.cutHints[cut],
            }))}
          />
        ) : null}
        <div className={css["about"]}>
          <p className={css["figures"]} role="status">
            <strong>
              {(hasPictures ? texts.length : texts.soundLength)(formatTimeCode(seconds))}
            </strong>{" "}
            {all > 0 ? texts.size(formats.bytes((recording.bytes * seconds) / all)) : null}
          </p>
          {missing > 0 && !empty ? <p>{texts.missing(formatTimeCode(missing))}</p> : null}
          {empty && !isGone ? <Notice tone="warn">{texts.nothing}</Notice> : null}
          {isGone ? (
            <Notice tone="bad" title={texts.vanished}>
              {texts.vanishedAbout}
            </Notice>
          ) : null}
          {empty || isGone ? null : (
            <div className={css["actions"]}>
              <a
                className={buttonClass({ variant: "primary" })}
                href={`/studio/exports/new?${query}`}
              >
                <Icon name="scissors" />
                {texts.export}
              </a>
              <a className={buttonClass()} href={downloadUrl(recording, trim.selection)}>
                <Icon name="download" />
                {texts.download}
              </a>
              <p>
                {texts.exportHint} {texts.downloadHint}
              </p>
            </div>
          )}
        </div>
      </div>
    </Card>
  );
}

/** Milliseconds of gaps within a stretch. */
function missingIn({ gaps }: Recording, from: number, to: number): number {
  return gaps.reduce((sum, gap) => {
    const begin = Math.max(from, Date.parse(gap.from));
    return sum + Math.max(0, Math.min(to, Date.parse(gap.to)) - begin);
  }, 0);
}

const timesOf = ({ from, to }: Trim["selection"]): Record<string, string> => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});
