import { useEffect, useRef } from "react";
import { useAnswers, useUpdates } from "../core/index.ts";

/** A change is told to everybody at once; what they ask then is spread, in milliseconds. */
const SPREAD = 2_000;

/** Keeps lists of videos as they are, while somebody looks at one; what has failed is asked for by a button. */
export function useFreshLists(id: "videos.home" | "videos.ofChannel", shown: boolean): void {
  const answers = useAnswers();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useUpdates(shown ? ["home"] : [], () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void answers.invalidate(id), 200 + Math.random() * SPREAD);
  });
}
