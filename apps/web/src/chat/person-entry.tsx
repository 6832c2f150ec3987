import type { ReactNode } from "react";
import { type CallError, useErrorText } from "../core/index.ts";
import { Button, useToast } from "../ui/index.tsx";
import css from "./chat.module.css";
import { useChatTexts } from "./texts.ts";

/** Somebody of whom the chat's moderators keep a list, and how to take them off it. */
export function PersonEntry({
  name,
  about,
  act,
  busy,
  onAct,
  children,
}: {
  readonly name: string;
  /** Beside the name: until when, since when. */
  readonly about: string;
  readonly act: string;
  readonly busy: boolean;
  readonly onAct: () => void;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <li className={css["entry"]}>
      <p className={css["entryHead"]}>
        <strong>{name}</strong>
        <span className={css["dim"]}>{about}</span>
      </p>
      {children}
      <div className={css["entryActions"]}>
        <Button size="s" aria-label={`${act}: ${name}`} busy={busy} onClick={onAct}>
          {act}
        </Button>
      </div>
    </li>
  );
}

/** Tells in the corner what became of an act: `mutate(input, told("Removed"))`. */
export function useTold(): (done: string) => {
  readonly onSuccess: () => void;
  readonly onError: (failure: CallError) => void;
} {
  const tell = useToast();
  const errorText = useErrorText(useChatTexts().reasons);
  return (done) => ({
    onSuccess: () => tell(done, "good"),
    onError: (failure) => tell(errorText(failure), "bad"),
  });
}
