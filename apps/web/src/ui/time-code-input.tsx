import { type ReactNode, useState } from "react";
import { classNames } from "./class-names.ts";
import fieldCss from "./field.module.css";
import { useField } from "./field.tsx";
import { formatTimeCode, parseTimeCode } from "./time-code.ts";
import css from "./time-code-input.module.css";
import { useUiTexts } from "./ui-texts.tsx";

/**
 * A moment, typed as `h:mm:ss.sss`. Arrow keys move it by `step` seconds, with Shift by ten steps. What is no
 * time, or outside, is put back when the field is left.
 */
export function TimeCodeInput({
  value,
  onChange,
  min = 0,
  max,
  step = 1,
  label,
}: {
  /** Seconds. */
  readonly value: number;
  readonly onChange: (seconds: number) => void;
  readonly min?: number;
  readonly max: number;
  readonly step?: number;
  /** Where it stands in no `Field`. */
  readonly label?: string;
}): ReactNode {
  const texts = useUiTexts();
  const field = useField();
  const [typed, setTyped] = useState<string>();
  const within = (seconds: number): number => Math.min(max, Math.max(min, seconds));
  const take = (): void => {
    const seconds = typed === undefined ? undefined : parseTimeCode(typed);
    setTyped(undefined);
    if (seconds !== undefined && seconds !== value) onChange(within(seconds));
  };
  const wrong = typed !== undefined && parseTimeCode(typed) === undefined;
  return (
    <input
      {...field}
      aria-label={label}
      aria-invalid={wrong || field["aria-invalid"]}
      title={texts.timeCodeHint}
      inputMode="decimal"
      autoComplete="off"
      spellCheck={false}
      className={classNames(fieldCss["control"], css["input"])}
      value={typed ?? formatTimeCode(value)}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === "Enter") take();
        const direction = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
        if (direction === 0) return;
        event.preventDefault();
        setTyped(undefined);
        onChange(within(value + direction * step * (event.shiftKey ? 10 : 1)));
      }}
    />
  );
}
