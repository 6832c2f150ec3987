import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button, IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import css from "./dialog.module.css";
import { useToastHost } from "./toast.tsx";
import { useUiTexts } from "./ui-texts.tsx";

export type DialogProps = {
  readonly open: boolean;
  /** Asked to close: Escape, or the button. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly wide?: boolean;
  /** What to press, at the end. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
};

/** A native modal dialog: keeps the focus, gives it back, closes on Escape. What is in it mounts when it opens. */
export function Dialog({ open, ...rest }: DialogProps): ReactNode {
  return open ? <OpenDialog {...rest} /> : null;
}

/** What one came for has the focus: the first field, or the harmless one of the buttons at the end. */
function focusFirst(dialog: HTMLDialogElement): void {
  const [body, actions] = [...dialog.children].slice(1);
  const field = body?.querySelector<HTMLElement>("input:not([hidden]), select, textarea");
  const first = field ?? actions?.querySelector<HTMLElement>("button");
  first?.focus();
}

function OpenDialog({
  onClose,
  title,
  wide = false,
  actions,
  children,
}: Omit<DialogProps, "open">): ReactNode {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  const texts = useUiTexts();
  const hostToasts = useToastHost();
  useEffect(() => (ref.current === null ? undefined : hostToasts(ref.current)), [hostToasts]);
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    dialog?.showModal();
    if (dialog !== null) focusFirst(dialog);
    return () => {
      dialog?.close();
      // An element that is removed while it is open gives no focus back by itself.
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      className={classNames(css["dialog"], wide && css["wide"])}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className={css["head"]}>
        <h2 id={id}>{title}</h2>
        <IconButton icon="close" label={texts.close} onClick={onClose} />
      </div>
      <div className={css["body"]}>{children}</div>
      {actions === undefined ? null : <div className={css["actions"]}>{actions}</div>}
    </dialog>
  );
}

/** Asks before something of weight: says what will happen, and names the act on its button. */
export function ConfirmDialog({
  open,
  title,
  children,
  confirm,
  danger = false,
  busy = false,
  error,
  onConfirm,
  onClose,
}: {
  readonly open: boolean;
  readonly title: ReactNode;
  readonly children?: ReactNode;
  /** The act, as a verb: "End the broadcast". */
  readonly confirm: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly error?: string | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useUiTexts();
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button variant={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
            {confirm}
          </Button>
        </>
      }
    >
      {children}
      <div role="alert">{error === undefined ? null : <p className={css["error"]}>{error}</p>}</div>
    </Dialog>
  );
}
