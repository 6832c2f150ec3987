import type { ReactNode } from "react";
import { Button, CopyField, Dialog } from "../ui/index.tsx";
import css from "./operator.module.css";
import { useOperatorTexts } from "./texts.ts";

/** A secret that is shown once. */
export function SecretDialog({
  title,
  about,
  secret,
  onClose,
}: {
  readonly title: string;
  readonly about: string;
  readonly secret: string | undefined;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useOperatorTexts();
  return (
    <Dialog
      open={secret !== undefined}
      title={title}
      onClose={onClose}
      actions={
        <Button variant="primary" onClick={onClose}>
          {texts.close}
        </Button>
      }
    >
      <div className={css["skeletons"]}>
        <p>{about}</p>
        <CopyField label={title} value={secret ?? ""} />
      </div>
    </Dialog>
  );
}
