import { type ReactNode, useId, useRef, useState } from "react";
import { Button, Checkbox, Field, IconButton, Refusal, TextInput } from "../ui/index.tsx";
import {
  type DraftSubtitle,
  type ExportDraft,
  isLanguage,
  languageOfName,
  MOST_SUBTITLES,
  MOST_TEXT,
} from "./export-draft.ts";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";

/** Texts for the pictures, out of files of one's own. */
export function Subtitles({
  draft,
  change,
  tried,
}: {
  readonly draft: ExportDraft;
  readonly change: (part: Partial<ExportDraft>) => void;
  readonly tried: boolean;
}): ReactNode {
  const { form: texts } = useExportTexts();
  const input = useRef<HTMLInputElement>(null);
  const hint = useId();
  const [wrong, setWrong] = useState<string>();
  const { subtitles } = draft;
  const add = async (files: readonly File[]): Promise<void> => {
    setWrong(undefined);
    const added: DraftSubtitle[] = [];
    for (const file of files) {
      if (file.size > MOST_TEXT) setWrong(texts.tooLarge(file.name));
      else if (subtitles.length + added.length >= MOST_SUBTITLES) setWrong(texts.tooMany);
      else {
        const key = Math.max(0, ...subtitles.map((one) => one.key)) + added.length + 1;
        const language = languageOfName(file.name);
        added.push({
          key,
          file: file.name,
          text: await file.text(),
          language,
          label: "",
          burn: false,
        });
      }
    }
    change({ subtitles: [...subtitles, ...added] });
  };
  return (
    <fieldset aria-describedby={hint} className={css["stack"]}>
      <legend className={css["legend"]}>{texts.subtitles}</legend>
      <p id={hint} className={css["dim"]}>
        {texts.subtitlesHint}
      </p>
      {subtitles.map((one) => (
        <Subtitle
          key={one.key}
          subtitle={one}
          encodes={draft.mode === "transcode"}
          tried={tried}
          onChange={(next) =>
            change({ subtitles: subtitles.map((each) => (each.key === one.key ? next : each)) })
          }
          onRemove={() => change({ subtitles: subtitles.filter((each) => each.key !== one.key) })}
        />
      ))}
      <div className={css["checks"]}>
        <Refusal>{wrong}</Refusal>
        <input
          ref={input}
          type="file"
          hidden
          multiple
          accept=".srt,.vtt,text/vtt,application/x-subrip"
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = "";
          }}
        />
        <div>
          <Button icon="plus" onClick={() => input.current?.click()}>
            {texts.addSubtitles}
          </Button>
        </div>
      </div>
    </fieldset>
  );
}

function Subtitle({
  subtitle,
  encodes,
  tried,
  onChange,
  onRemove,
}: {
  readonly subtitle: DraftSubtitle;
  readonly encodes: boolean;
  readonly tried: boolean;
  readonly onChange: (subtitle: DraftSubtitle) => void;
  readonly onRemove: () => void;
}): ReactNode {
  const { form: texts } = useExportTexts();
  const isWrong = tried && !isLanguage(subtitle.language);
  return (
    <div className={css["subtitle"]}>
      <div className={`${css["fileHead"]} ${css["wide"]}`}>
        <strong>{subtitle.file}</strong>
        <IconButton icon="trash" label={texts.remove(subtitle.file)} onClick={onRemove} />
      </div>
      <Field
        label={texts.language}
        hint={texts.languageHint}
        required
        error={isWrong ? texts.languageWrong : undefined}
      >
        <TextInput
          value={subtitle.language}
          maxLength={35}
          onChange={(event) => onChange({ ...subtitle, language: event.target.value.trim() })}
        />
      </Field>
      <Field label={texts.label} optional>
        <TextInput
          value={subtitle.label}
          maxLength={100}
          onChange={(event) => onChange({ ...subtitle, label: event.target.value })}
        />
      </Field>
      {encodes ? (
        <div className={css["wide"]}>
          <Checkbox
            label={texts.burn}
            hint={texts.burnHint}
            checked={subtitle.burn}
            onChange={(event) => onChange({ ...subtitle, burn: event.target.checked })}
          />
        </div>
      ) : null}
    </div>
  );
}
