import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import { IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { Icon } from "./icon.tsx";
import css from "./toast.module.css";
import { useUiTexts } from "./ui-texts.tsx";

export type ToastTone = "neutral" | "good" | "bad";
type Toast = { readonly id: number; readonly text: string; readonly tone: ToastTone };

/** More than these at once are not read: the oldest goes. */
const LIMIT = 4;
/** Milliseconds; what went wrong stays until it is put away. */
const SHOWN = 6_000;

type Tell = (text: string, tone?: ToastTone) => void;
const TellContext = createContext<Tell>(() => undefined);

/** Says something in the corner, to those who listen as well: `tell("Saved")`. */
export const useToast = (): Tell => use(TellContext);

/** Takes a modal dialog for the time that it is open; answers what ends that. */
type Host = (dialog: HTMLElement) => () => void;
const HostContext = createContext<Host>(() => () => undefined);

/** For modal dialogs: toasts are shown within the one that is open, as all that is outside is inert. */
export const useToastHost = (): Host => use(HostContext);

export function ToastRegion({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const [dialogs, setDialogs] = useState<readonly HTMLElement[]>([]);
  const last = useRef(0);
  const tell = useCallback<Tell>((text, tone = "neutral") => {
    last.current += 1;
    const toast = { id: last.current, text, tone };
    setToasts((before) => [...before, toast].slice(-LIMIT));
  }, []);
  const remove = useCallback((id: number) => {
    setToasts((before) => before.filter((toast) => toast.id !== id));
  }, []);
  const host = useCallback<Host>((dialog) => {
    setDialogs((before) => [...before, dialog]);
    return () => setDialogs((before) => before.filter((other) => other !== dialog));
  }, []);
  const region = (
    <div role="status" className={css["region"]}>
      {toasts.map((toast) => (
        <OneToast key={toast.id} toast={toast} onEnd={remove} />
      ))}
    </div>
  );
  const open = dialogs.at(-1);
  return (
    <TellContext value={tell}>
      <HostContext value={host}>{children}</HostContext>
      {open === undefined ? region : createPortal(region, open)}
    </TellContext>
  );
}

function OneToast({
  toast,
  onEnd,
}: {
  readonly toast: Toast;
  readonly onEnd: (id: number) => void;
}): ReactNode {
  const texts = useUiTexts();
  useEffect(() => {
    if (toast.tone === "bad") return undefined;
    const timer = setTimeout(() => onEnd(toast.id), SHOWN);
    return () => clearTimeout(timer);
  }, [toast, onEnd]);
  return (
    <div className={classNames(css["toast"], css[toast.tone])}>
      {toast.tone === "neutral" ? null : <Icon name={toast.tone === "good" ? "check" : "alert"} />}
      <p>{toast.text}</p>
      <IconButton icon="close" size="s" label={texts.dismiss} onClick={() => onEnd(toast.id)} />
    </div>
  );
}
