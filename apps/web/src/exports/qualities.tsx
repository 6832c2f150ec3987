import type { ExportChoices } from "@oxbow/site-contract";
import { type ReactNode, useId } from "react";
import { Checkbox, Refusal } from "../ui/index.tsx";
import type { ExportDraft } from "./export-draft.ts";
import css from "./exports.module.css";
import { useExportTexts } from "./texts.ts";

/** Which qualities a file is made in: those that were recorded, or those that an encoder makes. */
export function Qualities({
  draft,
  choices,
  change,
  tried,
}: {
  readonly draft: ExportDraft;
  readonly choices: ExportChoices;
  readonly change: (part: Partial<ExportDraft>) => void;
  /** Somebody has pressed the button: what is wrong is said. */
  readonly tried: boolean;
}): ReactNode {
  const { form: texts } = useExportTexts();
  const id = useId();
  const offered = draft.mode === "transcode" ? choices.encoded : choices.recorded;
  if (offered.length < 2) return null;
  const nameOf = (name: string): string => {
    if (name === "source") return texts.sourceQuality;
    return name === "audio" ? texts.audio : name;
  };
  const toggle = (name: string, on: boolean): void =>
    change({
      renditions: offered.filter((one) => (one === name ? on : draft.renditions.includes(one))),
    });
  return (
    <fieldset aria-describedby={id}>
      <legend className={css["legend"]}>{texts.qualities}</legend>
      <p id={id} className={css["dim"]}>
        {texts.qualitiesHint}
      </p>
      <div className={css["checks"]}>
        {offered.map((name) => (
          <Checkbox
            key={name}
            label={nameOf(name)}
            checked={draft.renditions.includes(name)}
            onChange={(event) => toggle(name, event.target.checked)}
          />
        ))}
      </div>
      <Refusal>{tried && draft.renditions.length === 0 && texts.qualityNeeded}</Refusal>
    </fieldset>
  );
}
