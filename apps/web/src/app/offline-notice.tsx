import { type ReactNode, useSyncExternalStore } from "react";
import { Icon } from "../ui/index.tsx";
import css from "./offline-notice.module.css";
import { useAppTexts } from "./use-app-texts.ts";

function subscribe(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** Says that the browser has no connection, while it has none. */
export function OfflineNotice(): ReactNode {
  const texts = useAppTexts();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  return (
    <div role="status" className={css["place"]}>
      {online ? null : (
        <p className={css["notice"]}>
          <Icon name="alert" size="s" />
          {texts.offline}
        </p>
      )}
    </div>
  );
}
