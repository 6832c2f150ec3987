import { type ReactNode, useEffect, useState } from "react";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import css from "./copy-field.module.css";
import { useField } from "./field.tsx";
import { useUiTexts } from "./ui-texts.tsx";

/** How long "copied" stands, in milliseconds. */
const SAID = 2_500;

/** A value to take along; a secret is masked until it is revealed. Within a `Field`, or with a `label`. */
export function CopyField({
  value,
  secret = false,
  label,
  onCopy,
  actions,
}: {
  readonly value: string;
  readonly secret?: boolean;
  readonly label?: string;
  readonly onCopy?: () => void;
  /** More buttons, for example "reset". */
  readonly actions?: ReactNode;
}): ReactNode {
  const texts = useUiTexts();
  const field = useField();
  const [shown, setShown] = useState(!secret);
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  useEffect(() => {
    if (copied === "no") return undefined;
    const timer = setTimeout(() => setCopied("no"), SAID);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied("yes");
      onCopy?.();
    } catch {
      // Pages without https have no clipboard: the value is shown, to be selected by hand.
      setShown(true);
      setCopied("refused");
    }
  };
  return (
    <div className={css["box"]}>
      <input
        {...field}
        readOnly
        aria-label={label}
        type={shown ? "text" : "password"}
        autoComplete="off"
        spellCheck={false}
        value={value}
        className={css["value"]}
        onFocus={(event) => event.currentTarget.select()}
      />
      {secret ? (
        <IconButton
          icon={shown ? "eye-off" : "eye"}
          label={shown ? texts.conceal : texts.reveal}
          onClick={() => setShown(!shown)}
        />
      ) : null}
      <IconButton
        icon={copied === "yes" ? "check" : "copy"}
        label={texts.copy}
        className={classNames(copied === "yes" && css["copied"])}
        onClick={() => void copy()}
      />
      {actions}
      <span role="status" className="visually-hidden">
        {copied === "yes" ? texts.copied : ""}
      </span>
    </div>
  );
}
