import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
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

export function ToastRegion({ children }: { readonly children: ReactNode }): ReactNode {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const last = useRef(0);
  const tell = useCallback<Tell>((text, tone = "neutral") => {
    last.current += 1;
    const toast = { id: last.current, text, tone };
    setToasts((before) => [...before, toast].slice(-LIMIT));
  }, []);
  const remove = useCallback((id: number) => {
    setToasts((before) => before.filter((toast) => toast.id !== id));
  }, []);
  return (
    <TellContext value={tell}>
      {children}
      <div role="status" className={css["region"]}>
        {toasts.map((toast) => (
          <OneToast key={toast.id} toast={toast} onEnd={remove} />
        ))}
      </div>
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
