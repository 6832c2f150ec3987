import { type ReactNode, useState } from "react";
import { useChange, useErrorText } from "../core/index.ts";
import { ConfirmDialog, Field, TextInput } from "../ui/index.tsx";
import { useExportTexts } from "./texts.ts";
import { useWishDone } from "./use-wish-done.ts";

/** Asks why before a file is given up. */
export function StopDialog({
  wish,
  onClose,
}: {
  readonly wish: string;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useExportTexts();
  const errorText = useErrorText();
  const [why, setWhy] = useState("");
  const stop = useChange("exports.abort", useWishDone(onClose));
  return (
    <ConfirmDialog
      open
      danger
      title={texts.stopTitle}
      confirm={texts.stopConfirm}
      busy={stop.isPending}
      error={stop.error === null ? undefined : errorText(stop.error)}
      onConfirm={() => stop.mutate({ params: { wish }, body: { why } })}
      onClose={onClose}
    >
      <p>{texts.stopAbout}</p>
      <Field label={texts.stopWhy} hint={texts.stopHint} optional>
        <TextInput value={why} maxLength={200} onChange={(event) => setWhy(event.target.value)} />
      </Field>
    </ConfirmDialog>
  );
}
