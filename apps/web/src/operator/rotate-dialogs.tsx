import type { ReactNode } from "react";
import { ConfirmDialog } from "../ui/index.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

/** Asks before a new secret is made, and shows it once. */
export function RotateDialogs({
  open,
  texts,
  busy,
  secret,
  onRotate,
  onClose,
  onSeen,
}: {
  readonly open: boolean;
  readonly texts: Readonly<
    Record<"rotate" | "rotateTitle" | "rotateAbout" | "rotated" | "rotatedAbout", string>
  >;
  readonly busy: boolean;
  /** The new one, until it was seen. */
  readonly secret: string | undefined;
  readonly onRotate: () => void;
  readonly onClose: () => void;
  readonly onSeen: () => void;
}): ReactNode {
  return (
    <>
      <ConfirmDialog
        open={open}
        title={texts.rotateTitle}
        confirm={texts.rotate}
        busy={busy}
        onConfirm={onRotate}
        onClose={onClose}
      >
        {texts.rotateAbout}
      </ConfirmDialog>
      <SecretDialog
        title={texts.rotated}
        about={texts.rotatedAbout}
        secret={secret}
        onClose={onSeen}
      />
    </>
  );
}
