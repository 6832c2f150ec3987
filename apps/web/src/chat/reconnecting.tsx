import { type ReactNode, useEffect, useState } from "react";
import { useConnection } from "../core/index.ts";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

/** A connection that is back within this time was not missed, in milliseconds. */
const UNNOTICED_MS = 3_000;

/** Says that nothing new arrives, while it does not. */
export function Reconnecting(): ReactNode {
  const texts = useChatTexts();
  const connection = useConnection();
  const isAway = connection === "waiting" || connection === "connecting";
  const [isNoticed, setIsNoticed] = useState(false);
  useEffect(() => {
    if (!isAway) return undefined;
    const timer = setTimeout(() => setIsNoticed(true), UNNOTICED_MS);
    return () => {
      clearTimeout(timer);
      setIsNoticed(false);
    };
  }, [isAway]);
  return (
    <div role="status">
      {isNoticed ? <p className={css["reconnecting"]}>{texts.reconnecting}</p> : null}
    </div>
  );
}
