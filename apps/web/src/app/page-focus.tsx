import { useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";

/** For how many milliseconds a page's heading is waited for. */
const PATIENCE = 8_000;

/** Calls with the main part's heading when there is one. Answers how to stop waiting. */
function whenHeading(found: (heading: HTMLElement) => void): () => void {
  const main = document.getElementById("main");
  const look = (): boolean => {
    const heading = main?.querySelector("h1");
    if (heading instanceof HTMLElement) found(heading);
    return heading instanceof HTMLElement;
  };
  if (main === null || look()) return () => undefined;
  const observer = new MutationObserver(() => {
    if (look()) stop();
  });
  const timer = setTimeout(() => stop(), PATIENCE);
  const stop = (): void => {
    observer.disconnect();
    clearTimeout(timer);
  };
  observer.observe(main, { childList: true, subtree: true });
  return stop;
}

function focusHeading(heading: HTMLElement): void {
  // A page that has taken the focus itself (a form's first field) keeps it.
  if (document.getElementById("main")?.contains(document.activeElement) === true) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/**
 * After navigation, moves the focus to the new page's h1 and says its title, as a browser does that loads a
 * page.
 */
export function PageFocus(): ReactNode {
  const router = useRouter();
  const [said, setSaid] = useState("");
  useEffect(() => {
    let stop = (): void => undefined;
    const unsubscribe = router.subscribe("onResolved", ({ fromLocation, pathChanged }) => {
      if (fromLocation === undefined || !pathChanged) return;
      stop();
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      stop = whenHeading((heading) => {
        focusHeading(heading);
        setSaid(document.title);
      });
    });
    return () => {
      unsubscribe();
      stop();
    };
  }, [router]);
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}
