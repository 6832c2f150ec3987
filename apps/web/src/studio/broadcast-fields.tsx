import type { ReactNode } from "react";
import { Checkbox, Field, RadioGroup, Select } from "../ui/index.tsx";
import css from "./form.module.css";
import { useStudioTexts } from "./texts.ts";
import type { OwnChannel } from "./use-channel.ts";

type Defaults = OwnChannel["defaults"];
/** How a broadcast is to be, but for its title. */
export type BroadcastWish = Omit<Defaults, "title">;

const visibilities = ["public", "unlisted", "private"] as const;
const latencies = ["normal", "low"] as const;
const qualities = ["source", "mobile", "standard", "full"] as const;

/** The choices of a broadcast: who watches, how late, what remains of it. */
export function BroadcastFields({
  value,
  onChange,
}: {
  readonly value: BroadcastWish;
  /** Told what was changed. */
  readonly onChange: (change: Partial<BroadcastWish>) => void;
}): ReactNode {
  const { fields, latencies: names, latencyHints, qualities: ladders } = useStudioTexts();
  return (
    <>
      <VisibilityField
        value={value.visibility}
        onChange={(visibility) => onChange({ visibility })}
      />
      <RadioGroup
        legend={fields.latency}
        cards
        value={value.latency}
        onChange={(latency) => onChange({ latency })}
        options={latencies.map((one) => ({
          value: one,
          label: names[one],
          hint: latencyHints[one],
        }))}
      />
      <div className={css["checks"]}>
        <Checkbox
          label={fields.record}
          hint={fields.recordHint}
          checked={value.record}
          onChange={(event) => onChange({ record: event.target.checked })}
        />
        <Checkbox
          label={fields.autoExport}
          hint={fields.autoExportHint}
          disabled={!value.record}
          checked={value.record && value.autoExport}
          onChange={(event) => onChange({ autoExport: event.target.checked })}
        />
        <Checkbox
          label={fields.chat}
          checked={value.chat}
          onChange={(event) => onChange({ chat: event.target.checked })}
        />
      </div>
      <Field label={fields.quality} hint={fields.qualityHint}>
        <Select
          value={value.quality}
          onChange={(event) => {
            const quality = qualities.find((one) => one === event.target.value);
            if (quality !== undefined) onChange({ quality });
          }}
        >
          {qualities.map((one) => (
            <option key={one} value={one}>
              {ladders[one]}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}

/** Who can watch. */
export function VisibilityField({
  value,
  onChange,
}: {
  readonly value: Defaults["visibility"];
  readonly onChange: (value: Defaults["visibility"]) => void;
}): ReactNode {
  const texts = useStudioTexts();
  return (
    <RadioGroup
      legend={texts.fields.visibility}
      value={value}
      onChange={onChange}
      options={visibilities.map((one) => ({
        value: one,
        label: texts.visibilities[one],
        hint: texts.visibilityHints[one],
      }))}
    />
  );
}
